// A text that is put together piece by piece, many times.
function build(n) {
  s = "";
  while (n > 0) { s = s + n + ","; n = n - 1; }
  return s;
}
function bench(size) {
  i = 0; same = 0; first = build(2000);
  while (i < size) {
    if (build(2000) == first) { same = same + 1; }
    i = i + 1;
  }
  return same;
}
