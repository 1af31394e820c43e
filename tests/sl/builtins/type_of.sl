// the type of each value
function f() { }
function main() {
  println(typeOf(f()));
  println(typeOf(1));
  println(typeOf(9223372036854775808));
  println(typeOf(""));
  println(typeOf(1 == 2));
  println(typeOf(f));
  println(typeOf(undefined));
  println(typeOf(println));
  println(typeOf(new()));
  println(typeOf(typeOf(1)));
}
