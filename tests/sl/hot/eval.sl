// new code in a hot loop
function main() {
  i = 0; sum = 0;
  while (i < 60) {
    sum = sum + eval("sl", "function main() { return g(" + i + "); } function g(x) { j = 0; while (j < 100) { x = x + 1; j = j + 1; } return x; }");
    i = i + 1;
  }
  println(sum);
}
