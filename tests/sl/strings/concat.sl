// + with at least one string
function f() { }
function main() {
  println("a" + "b");
  println("n" + 1);
  println(1 + "n");
  println("t" + (1 == 1));
  println((1 == 2) + "f");
  println("null " + f());
  println(f() + " null");
  println("function " + f);
  println(println + "!");
  println("object " + new());
  println(new() + " object");
  println("type " + typeOf(1));
  println("" + "");
}
