// an assignment after the block makes the inner one the same variable
function main() {
  if (1 == 1) { x = 5; }
  println(x);
  x = x + 1;
  println(x);
}
