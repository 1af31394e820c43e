// several functions in one text, and other numbers of parameters
function a(x) { return x; }
function main() {
  println(a(1, 2));
  defineFunction("function a(x, y) { return b(x) + y; } function b(x) { return x * 100; }");
  println(a(1, 2));
  defineFunction("function a() { return b(); } function b(x) { return x; }");
  println(a(1, 2));
}
