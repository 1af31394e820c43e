// the display strings
function f() { }
function main() {
  println(1); println(0 - 1); println(9223372036854775808); println("s");
  println(""); println(1 == 1); println(f()); println(f); println(new());
  println(typeOf(1)); println(println);
}
