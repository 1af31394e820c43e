// endless recursion of a hot function
function f(n) { if (n == 0) { return 0; } return f(n - 1) + 1; }
function main() {
  i = 0;
  while (i < 500) { x = f(20); i = i + 1; }
  println(x);
  f(0 - 1);
}
