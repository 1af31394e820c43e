// an error, not a crash
function main() {
  println(1);
  println(7 / (3 - 3));
}
