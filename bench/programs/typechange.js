// A variable that is a number for long, then a text, then a number.
function add(a, b) { return a + b; }
function phase(x, one, n) {
  while (n > 0) {
    const y = add(x, one);
    if (y === x) return "never";
    x = add(y, one);
    if (n - ((n / 16) | 0) * 16 === 0) x = add(one, one);
    n--;
  }
  return x;
}
function bench(size) {
  let sum = phase(0, 1, size);
  const text = phase("", "a", Math.floor(size / 15));
  sum += phase(0, 2, size);
  return text === "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa" ? sum : 0;
}
