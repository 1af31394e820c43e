// Nested loops over integers.
function main() {
  n = 0; i = 0;
  while (i < 300) {
    j = 0;
    while (j < 300) {
      k = 0;
      while (k < 300) {
        n = n + j * k - i;
        if (n > 1000000) { n = n - 1000000; }
        k = k + 1;
      }
      j = j + 1;
    }
    i = i + 1;
  }
  return n;
}
