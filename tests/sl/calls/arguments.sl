// missing ones are NULL, surplus ones are ignored
function two(a, b) { println("<" + a + " " + b + ">"); return b; }
function main() {
  two("x", "y");
  two("x");
  two();
  two("x", "y", "z");
  two("x", "y", "z", 1, 2, 3, 4, 5, 6, 7);
}
