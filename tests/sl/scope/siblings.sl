// the same name in two blocks is two variables
function main() {
  if (1 == 1) { x = 1; println(x); }
  if (1 == 1) { x = "other"; println(x); }
  println(x);
}
