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
function bench(size) {
  sum = phase(0, 1, size);
  text = phase("", "a", size / 15);
  sum = sum + phase(0, 2, size);
  if (text == "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa") { return sum; }
  return 0;
}
