// with four, then more; remarks: indirect call
function a(x) { return x + 1; }
function b(x) { return x + 10; }
function c(x) { return x + 100; }
function d(x) { return x - 50; }
function e(x) { return x - 60; }
function f(x) { return x * 1; }
function call(f, x) { return f(x); }
function main() {
  i = 0; x = 0;
  while (i < 10000) { x = call(d, call(c, call(b, call(a, x)))); i = i + 1; }
  println(x);
  while (i > 0) { x = call(e, call(f, call(a, x))); i = i - 1; }
  println(x);
}
