// an activation that is running goes on with its old code
function foo(n) {
  if (n == 0) {
    defineFunction("function foo(n) { return 1000; }");
    return 1;
  }
  return foo(n - 1) + 1;
}
function main() {
  println(foo(3));
  println(foo(3));
}
