// a call of a variable whose functions change
function a() { return 1; }
function b() { return 2; }
function call(f) { return f(); }
function main() {
  println(call(a) + call(b));
  defineFunction("function a() { return 10; }");
  println(call(a) + call(b));
  defineFunction("function b() { return 20; } function a() { return b(); }");
  println(call(a) + call(b));
}
