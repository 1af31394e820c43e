// A call of a variable that holds one function.
function a(x, i) { return x + 1; }
function call(f, x, i) { return f(x, i); }
function bench(size) {
  fs = new();
  fs[0] = a;
  i = 0; x = 0; at = 0;
  while (i < size) {
    x = call(fs[at], x, i);
    at = at + 1;
    if (at == 1) { at = 0; }
    i = i + 1;
  }
  return x;
}
