// The longest way to 1; branches that nobody can foresee.
function bench(size) {
  let best = 0, at = 0;
  for (let i = 1; i < size; i++) {
    let n = i, c = 0;
    while (n !== 1) {
      const h = Math.floor(n / 2);
      if (h * 2 === n) n = h; else n = 3 * n + 1;
      c++;
    }
    if (c > best) { best = c; at = i; }
  }
  return at * 1000 + best;
}
