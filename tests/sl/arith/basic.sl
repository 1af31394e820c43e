// exact arithmetic on small numbers
function main() {
  println(1 + 2);
  println(5 - 8);
  println(6 * 7);
  println(0 - 5);
  println(17 / 5);
  println(0 / 7);
}
