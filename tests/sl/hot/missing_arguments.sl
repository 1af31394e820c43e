// other numbers of arguments than parameters
function f(a, b) { if (isNull(b)) { return a; } return a + b; }
function main() {
  i = 0; sum = 0;
  while (i < 10000) { sum = sum + f(i) + f(i, 1) + f(i, 2, 3); i = i + 1; }
  println(sum);
}
