// one property access, many shapes, then no object
function get(o) { return o.x; }
function make(n) {
  o = new(); i = 0;
  while (i < n) { o["p" + i] = i; i = i + 1; }
  o.x = n;
  return o;
}
function main() {
  i = 0;
  while (i < 12) { println(get(make(i))); i = i + 1; }
  get("text");
}
