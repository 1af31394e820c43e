// The longest way to 1; branches that nobody can foresee.
function bench(size) {
  best = 0; at = 0; i = 1;
  while (i < size) {
    n = i; c = 0;
    while (n != 1) {
      h = n / 2;
      if (h * 2 == n) { n = h; } else { n = 3 * n + 1; }
      c = c + 1;
    }
    if (c > best) { best = c; at = i; }
    i = i + 1;
  }
  return at * 1000 + best;
}
