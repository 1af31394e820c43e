// the main of the text is main from then on
function main() {
  println("first");
  eval("sl", "function main() { println(2); }");
  main();
}
