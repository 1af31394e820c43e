// every reference sees the new code
function foo() { return "old"; }
function main() {
  f = foo;
  o = new();
  o.f = foo;
  println(foo() + f() + o.f());
  defineFunction("function foo() { return " + "7; }");
  println(foo() + f() + o.f());
  println(f == foo);
}
