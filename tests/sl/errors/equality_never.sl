// == and != work for any two values
function f() { }
function check(a, b) { println((a == b) + " " + (a != b)); }
function main() {
  check(1, "1");
  check(1, 1 == 1);
  check(f(), f());
  check(f(), 0);
  check(f(), "");
  check(f, f);
  check(f, main);
  check(f, "f");
  check(new(), new());
  check(typeOf(1), typeOf(1));
  check(typeOf(1), typeOf(2));
  t = typeOf("a");
  check(t, t);
  check(1 == 1, 2 == 2);
  check(1 == 1, 1 == 2);
  check(9223372036854775808, 9223372036854775807 + 1);
}
