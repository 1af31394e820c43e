// A call of a variable that holds four functions.
function a(x, i) { return x + 1; }
function b(x, i) { return x + 7 - i; }
function c(x, i) { return x - 3; }
function d(x, i) { return x * 2 - x + 5; }
function call(f, x, i) { return f(x, i); }
function bench(size) {
  const fs = [a, b, c, d];
  let x = 0, at = 0;
  for (let i = 0; i < size; i++) {
    x = call(fs[at], x, i);
    at++;
    if (at === 4) at = 0;
  }
  return x;
}
