// each activation has its values
function f(n) {
  m = n * 10;
  if (n == 0) { println(stacktrace()); return 0; }
  return f(n - 1);
}
function main() { f(3); }
