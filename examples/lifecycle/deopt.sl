// options: --trace=rewrite,deopt,invalidate,compile --compile=sync
// A sum does not fit into 64 bits: the guard fails, the node rewrites itself.
function add(a, b) { return a + b; }
function main() {
  i = 0; x = 0;
  while (i < 500) { x = add(i, 1); i = i + 1; }
  println(add(9223372036854775807, 1));
  while (i < 1500) { x = add(i, 1); i = i + 1; }
}
