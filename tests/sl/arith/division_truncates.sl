// toward zero, for every combination of signs
function main() {
  println(7 / 2);
  println((0 - 7) / 2);
  println(7 / (0 - 2));
  println((0 - 7) / (0 - 2));
  println((0 - 1) / 2);
}
