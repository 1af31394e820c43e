// each value, each type
function f() { }
function check(v) {
  println(isInstance(typeOf(f()), v) + " " + isInstance(typeOf(1), v) + " " +
          isInstance(typeOf("a"), v) + " " + isInstance(typeOf(1 == 1), v) + " " +
          isInstance(typeOf(f), v) + " " + isInstance(typeOf(new()), v));
}
function main() {
  check(f());
  check(1);
  check(9223372036854775808);
  check("a");
  check(1 == 1);
  check(f);
  check(new());
  check(typeOf(1));
}
