// Two functions that call each other.
function even(n) { if (n === 0) return true; return odd(n - 1); }
function odd(n) { if (n === 0) return false; return even(n - 1); }
function bench(size) {
  let n = 0;
  for (let i = 0; i < size; i++)
    if (even(i - ((i / 1000) | 0) * 1000)) n++;
  return n;
}
