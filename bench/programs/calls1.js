// A call of a variable that holds one function.
function a(x, i) { return x + 1; }
function call(f, x, i) { return f(x, i); }
function bench(size) {
  const fs = [a];
  let x = 0, at = 0;
  for (let i = 0; i < size; i++) {
    x = call(fs[at], x, i);
    at++;
    if (at === 1) at = 0;
  }
  return x;
}
