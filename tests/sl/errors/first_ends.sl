// the first error ends the run; what was printed stays
function f(n) { println("f " + n); return 1 - n; }
function main() {
  f(1);
  f("x");
  f(2);
}
