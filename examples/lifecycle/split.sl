// options: --trace=split,deopt,invalidate --compile=sync
// Two callers with different types each get a copy.
function add(a, b) { return a + b; }
function ints(n) { i = 0; s = 0; while (i < n) { s = add(s, i); i = i + 1; } return s; }
function words(n) { i = 0; s = ""; while (i < n) { s = add("", "x"); i = i + 1; } return s; }
function main() {
  i = 0; x = 0; y = 0;
  while (i < 50) { x = ints(100); y = words(100); i = i + 1; }
  println(x); println(y);
}
