// truncates toward zero, too
function main() {
  big = 100000000000000000000;
  println(big / 7);
  println((0 - big) / 7);
  println(big / (0 - 7));
  println((0 - big) / (0 - 7));
  println(7 / big);
  println(big / 10000000000);
  println(big / 30000000000000000000);
}
