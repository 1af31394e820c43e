// one equality, all types
function same(a, b) { return a == b; }
function main() {
  println(same(1, 1));
  println(same("a", "a"));
  println(same(1, "1"));
  println(same(1 == 1, 2 == 2));
  o = new();
  println(same(o, o));
  println(same(o, new()));
  println(same(main, main));
  println(same(9223372036854775808, 9223372036854775808));
  println(same(typeOf(o), typeOf(o)));
  println(same(1, 2));
}
