// main can be redefined, but is not run
function main() {
  println(1);
  defineFunction("function main() { println(2); }");
  println(3);
  main();
}
