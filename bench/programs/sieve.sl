// Flags in an object with numbers as keys.
function bench(size) {
  n = 4000; rounds = size; count = 0;
  while (rounds > 0) {
    flags = new(); i = 2;
    while (i <= n) { flags[i] = 1; i = i + 1; }
    i = 2;
    while (i <= n) {
      if (flags[i] == 1) {
        count = count + 1; j = i * i;
        while (j <= n) { flags[j] = 0; j = j + i; }
      }
      i = i + 1;
    }
    rounds = rounds - 1;
  }
  return count;
}
