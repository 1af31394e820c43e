// main's result, or NULL
function main() {
  println(eval("sl", "function main() { return 6 * 7; }"));
  println(eval("sl", "function foo() { return 1; }"));
  println(foo());
}
