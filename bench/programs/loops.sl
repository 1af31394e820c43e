// Nested loops over integers.
function bench(size) {
  n = 0; i = 0;
  while (i < size) {
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
