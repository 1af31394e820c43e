// A call of a variable that holds two functions.
function a(x, i) { return x + 1; }
function b(x, i) { return x + 7 - i; }
function call(f, x, i) { return f(x, i); }
function bench(size) {
  fs = new();
  fs[0] = a;
  fs[1] = b;
  i = 0; x = 0; at = 0;
  while (i < size) {
    x = call(fs[at], x, i);
    at = at + 1;
    if (at == 2) { at = 0; }
    i = i + 1;
  }
  return x;
}
