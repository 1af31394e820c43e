// parameters are variables of the whole function
function f(a) {
  if (a > 0) { a = a * 10; }
  println(a);
  while (a > 45) { a = a - 10; }
  return a;
}
function main() {
  println(f(5));
  println(f(0 - 1));
}
