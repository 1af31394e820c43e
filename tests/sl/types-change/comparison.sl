// one comparison, small and big numbers, then an error
function less(a, b) { return a < b; }
function main() {
  println(less(1, 2));
  println(less(9223372036854775808, 2));
  println(less(1, 9223372036854775808));
  println(less(2, 1));
  println(less("a", "b"));
}
