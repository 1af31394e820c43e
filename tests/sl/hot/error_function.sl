// a callee that is no function at last
function f(x) { return x + 1; }
function main() {
  i = 0; g = f; x = 0;
  while (i < 10000) {
    if (i == 9000) { println(x); g = "f"; }
    x = g(x);
    i = i + 1;
  }
}
