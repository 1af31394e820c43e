// a parse error at run time
function main() {
  println("before");
  defineFunction("function foo() { return 1 }");
}
