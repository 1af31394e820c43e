// a function that replaces itself when it is hot
function f(n) {
  if (n == 5000) { defineFunction("function f(n) { return 0 - n; }"); return f(n) + 0; }
  return n;
}
function main() {
  i = 0; x = 0;
  while (i < 10000) { x = x + f(i); i = i + 1; }
  println(x);
}
