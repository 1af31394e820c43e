// builtins are functions like any other
function apply(f, a, b) { return f(a, b); }
function main() {
  o = new();
  o.print = println;
  o.print("x");
  apply(println, "y");
  println(apply(isInstance, typeOf(1), 2));
  println(println == println);
  println(println == isNull);
  o[println] = 1;
  println(o.println);
}
