// A call of a variable that holds eight functions.
function a(x, i) { return x + 1; }
function b(x, i) { return x + 7 - i; }
function c(x, i) { return x - 3; }
function d(x, i) { return x * 2 - x + 5; }
function e(x, i) { return x - i + 1; }
function f(x, i) { return x + i - 2; }
function g(x, i) { return x + 4; }
function h(x, i) { return x - 5; }
function call(f, x, i) { return f(x, i); }
function bench(size) {
  fs = new();
  fs[0] = a;
  fs[1] = b;
  fs[2] = c;
  fs[3] = d;
  fs[4] = e;
  fs[5] = f;
  fs[6] = g;
  fs[7] = h;
  i = 0; x = 0; at = 0;
  while (i < size) {
    x = call(fs[at], x, i);
    at = at + 1;
    if (at == 8) { at = 0; }
    i = i + 1;
  }
  return x;
}
