// one loop that never leaves main
function main() {
  i = 0; sum = 0;
  while (i < 200000) { sum = sum + i * 2 - 1; i = i + 1; }
  println(sum);
}
