// of a hot recursion
function f(n, acc) {
  half = acc / 2;
  if (n == 0) { return stacktrace(); }
  return f(n - 1, acc + n);
}
function repeat(n) { while (n > 0) { f(3, n); n = n - 1; } }
function main() {
  repeat(2000);
  println(f(3, 2000));
}
