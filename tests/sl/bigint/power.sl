// 2 to the 1000
function main() {
  p = 1;
  i = 0;
  while (i < 1000) { p = p * 2; i = i + 1; }
  println(p);
  while (i > 0) { p = p / 2; i = i - 1; }
  println(p);
}
