// options: --sl-test-builtins
function f() { n = 1; return n; }
function pre_a(x) { println("a" + x); }
function pre_b(x) { println("b" + x); }
function main() {
  println(assertTrue(1 == 1, "no"));
  println(assertFalse(1 == 2, "no"));
  println(deoptimizeWhenCompiled());
  println(testBoundary(5));
  println(disableSplitting(f));
  callFunctionsWith("pre_", 1);
  callFunctionsWith(pre_a, 2);
  println(typeOf(getOption("tier")));
  println(getOption("unknown"));
  println(isNull(isOptimized(f)));
  println(typeOf(waitForOptimization(f, 1)));
  assertTrue(1 == 2, "the message");
}
