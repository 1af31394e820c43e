// first assigned inside, a function name outside
function x() { return "function x"; }
function main() {
  if (1 == 1) { x = 5; println(x); }
  println(x());
}
