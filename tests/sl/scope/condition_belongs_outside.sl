// a variable that is assigned in a condition belongs to the block around it
function main() {
  if ((x = 3) < 5) { println(x); x = 4; }
  println(x);
  while ((y = x) < 6) { x = x + 1; }
  println(y);
}
