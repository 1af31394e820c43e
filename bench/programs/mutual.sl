// Two functions that call each other.
function even(n) { if (n == 0) { return 1 == 1; } return odd(n - 1); }
function odd(n) { if (n == 0) { return 1 == 2; } return even(n - 1); }
function bench(size) {
  i = 0; n = 0;
  while (i < size) {
    if (even(i - i / 1000 * 1000)) { n = n + 1; }
    i = i + 1;
  }
  return n;
}
