// with two
function inc(x) { return x + 1; }
function dec(x) { return x - 3; }
function main() {
  i = 0; x = 0; f = inc; g = dec;
  while (i < 40000) { h = f; f = g; g = h; x = f(x); i = i + 1; }
  println(x);
}
