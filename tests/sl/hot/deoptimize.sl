// options: --sl-test-builtins modes: tier0 now default deopt image
function f(n) { deoptimizeWhenCompiled(); return n + 1; }
function main() {
  i = 0; x = 0;
  while (i < 2000) { x = f(x); i = i + 1; }
  println(x);
}
