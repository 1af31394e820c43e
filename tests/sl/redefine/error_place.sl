// errors in such code name its source
function main() {
  defineFunction("function foo(x) { return x - 1; }");
  println(foo(1));
  foo("a");
}
