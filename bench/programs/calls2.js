// A call of a variable that holds two functions.
function a(x, i) { return x + 1; }
function b(x, i) { return x + 7 - i; }
function call(f, x, i) { return f(x, i); }
function bench(size) {
  const fs = [a, b];
  let x = 0, at = 0;
  for (let i = 0; i < size; i++) {
    x = call(fs[at], x, i);
    at++;
    if (at === 2) at = 0;
  }
  return x;
}
