// operators by their levels
function main() {
  println(1 + 2 * 3);
  println((1 + 2) * 3);
  println(10 - 3 - 2);
  println(100 / 10 / 5);
  println(7 - 2 * 3 < 2 && 1 == 1);
  println(1 == 2 || 1 < 2 && 2 < 3);
  println(1 == 1 || 1 == 2 && 1 == 2);
  println(2 + 3 == 5);
  println(1 + 2 + "a" + 1 + 2);
}
