// A variable that is a number for long, then a text, then a number.
function add(a, b) { return a + b; }
function phase(x, one, n) {
  while (n > 0) {
    y = add(x, one);
    if (y == x) { return "never"; }
    x = add(y, one);
    if (n - n / 16 * 16 == 0) { x = add(one, one); }
    n = n - 1;
  }
  return x;
}
function main() {
  return phase(0, 1, 6000000) + phase("", "a", 400000) + phase(0, 2, 6000000);
}
