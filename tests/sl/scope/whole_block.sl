// the variable belongs to the whole block, before its assignment, too
function f() { return "function"; }
function main() {
  i = 0;
  while (i < 2) {
    if (i > 0) { println(v); }
    v = "value " + i;
    i = i + 1;
  }
  println(f());
}
