// one call, many callees
function a(x) { return x + 1; }
function b(x, y) { return y; }
function c() { return "c"; }
function d(x) { return x; }
function e(x) { return x * x; }
function call(f, x) { return f(x); }
function main() {
  println(call(a, 1)); println(call(b, 1)); println(call(c, 1));
  println(call(d, 1)); println(call(e, 5)); println(call(isNull, 1));
  println(call(a, 2)); println(call(typeOf, 1)); println(call(new));
  call(3, 3);
}
