// an error, not a crash
function main() {
  x = 9223372036854775807 * 2;
  println(x / 0);
}
