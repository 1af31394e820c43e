// options: --trace=compile,osr --threshold2=2000
// The program goes on while it is compiled.
function inc(x) { return x + 1; }
function dec(x) { return x - 1; }
function both(x) { return inc(dec(x)); }
function main() {
  i = 0; x = 0;
  while (i < 3000000) { x = both(i); i = i + 1; }
  println(x);
}
