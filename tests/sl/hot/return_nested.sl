// out of two hot loops
function find(n) {
  i = 0;
  while (i < 100) {
    j = 0;
    while (j < 100) { if (i * 100 + j == n) { return i + j; } j = j + 1; }
    i = i + 1;
  }
  return 0 - 1;
}
function main() { println(find(3456)); println(find(9999)); println(find(10000)); }
