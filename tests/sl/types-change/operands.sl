// one operation, all types
function add(a, b) { return a + b; }
function main() {
  println(add(1, 2));
  println(add("a", 2));
  println(add(9223372036854775807, 1));
  println(add(1, "b"));
  println(add(3, 4));
  println(add(1 == 1, "!"));
  println(add("x", "y"));
  println(add(9223372036854775808, "z"));
  println(add(5, 6));
}
