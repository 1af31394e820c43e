// values of all types in one hot comparison
function same(a, b) { return a == b; }
function main() {
  o = new(); i = 0; n = 0;
  while (i < 12000) {
    if (same(i, i)) { n = n + 1; }
    if (i > 10000) {
      if (same("a", "a")) { n = n + 1; }
      if (same(o, o)) { n = n + 1; }
      if (same(1 == 1, 1 == 2)) { n = n + 1000000; }
      if (same(main, same)) { n = n + 1000000; }
      if (same(i, "a")) { n = n + 1000000; }
    }
    i = i + 1;
  }
  println(n);
}
