// out of two loops
function find(n) {
  i = 0;
  while (i < 10) {
    j = 0;
    while (j < 10) {
      if (i * j == n) { return i + "*" + j; }
      j = j + 1;
    }
    i = i + 1;
  }
  return "nothing";
}
function main() { println(find(42)); println(find(11)); }
