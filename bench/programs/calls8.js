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
  const fs = [a, b, c, d, e, f, g, h];
  let x = 0, at = 0;
  for (let i = 0; i < size; i++) {
    x = call(fs[at], x, i);
    at++;
    if (at === 8) at = 0;
  }
  return x;
}
