// functions are values
function add(a, b) { return a + b; }
function mul(a, b) { return a * b; }
function apply(f, a, b) { return f(a, b); }
function choose(n) { if (n == 0) { return add; } return mul; }
function main() {
  println(apply(add, 3, 4));
  println(apply(mul, 3, 4));
  println(choose(0)(5, 6));
  println(choose(1)(5, 6));
  f = add;
  println(f);
  println(f == add);
  println(f == mul);
  f = mul;
  println(f(2, 2) + f(3, 3));
  p = println;
  p("through a variable");
}
