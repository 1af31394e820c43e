// does nothing
function main() {
  debugger;
  i = 0;
  while (i < 2) { debugger; i = i + 1; }
  println(i);
}
