// options: --trace=compile,osr --compile=sync
// From the interpreter to tier 1 and to tier 2.
function fib(n) {
  if (n < 2) { return n; }
  return fib(n - 1) + fib(n - 2);
}
function main() { println(fib(22)); }
