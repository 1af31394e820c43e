// Objects that live for one turn of a loop.
function point(x, y) { p = new(); p.x = x; p.y = y; return p; }
function add(a, b) { return point(a.x + b.x, a.y + b.y); }
function bench(size) {
  p = point(0, 0); i = 0;
  while (i < size) { p = add(p, point(i, 1)); i = i + 1; }
  return p.x - p.y;
}
