// arguments are expressions
function f(a, b, c) { return a + b * c; }
function main() {
  println(f(1, f(1, 1, 1), f(2, 2, 2)));
  println(f(x = 2, y = x + 1, x * y));
}
