// 30!
function factorial(n) {
  if (n < 2) { return 1; }
  return n * factorial(n - 1);
}
function main() {
  println(factorial(20));
  println(factorial(21));
  println(factorial(30));
  println(factorial(30) / factorial(28));
}
