// options: --trace=rewrite,compile,osr --compile=sync
// A node learns what it meets, and the function gets hot.
function add(a, b) { return a + b; }
function main() {
  i = 0; x = 0;
  while (i < 500) { x = add(i, 1); i = i + 1; }
  println(x);
}
