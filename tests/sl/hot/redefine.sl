// the callee changes while the loop is hot
function f(x) { return x + 1; }
function main() {
  i = 0; x = 0;
  while (i < 30000) {
    if (i == 20000) { defineFunction("function f(x) { return x + 1000; }"); }
    if (i == 25000) { defineFunction("function f(x, y) { if (isNull(y)) { return x; } return y; }"); }
    x = f(x);
    i = i + 1;
  }
  println(x);
}
