// options: --sl-test-builtins modes: now
function f(x) { return isCompilationConstant(x); }
function main() {
  i = 0;
  while (i < 3) { println(f(nanoTime())); i = i + 1; }
}
