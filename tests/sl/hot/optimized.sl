// options: --sl-test-builtins modes: now
function f(n) { i = 0; while (i < 10) { n = n + i; i = i + 1; } return n; }
function main() {
  callUntilOptimized(g, 1 == 1);
  println(isOptimized(g));
  println(f(1));
  println(isOptimized(f));
  println(waitForOptimization(f, 5000));
}
function g() { return f(2); }
