// even one that has no value yet
function main() {
  helloEqualsWorld();
  println(stacktrace());
  if (1 == 2) { println("never"); }
  println(hello);
  hello = 1;
  println(hello);
}
