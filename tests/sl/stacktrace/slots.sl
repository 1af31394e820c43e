// in the order of blocks; what has no value is left out
function f(p, q) {
  if (p) { first = 1; } else { second = 2; }
  third = "3";
  println(stacktrace());
}
function main() {
  f(1 == 1);
  f(1 == 2, main);
}
