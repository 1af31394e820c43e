// code in a string
function main() {
  println(defineFunction("function foo(a) { return a + 1; }"));
  println(foo(41));
}
