// a builtin that is replaced while its calls are hot
function main() {
  i = 0; n = 0;
  while (i < 10000) {
    if (i == 8000) { defineFunction("function isNull(x) { return 1 == 1; }"); }
    if (isNull(i)) { n = n + 1; }
    i = i + 1;
  }
  println(n);
}
