// objects that nobody keeps
function point(x, y) { p = new(); p.x = x; p.y = y; return p; }
function add(a, b) { return point(a.x + b.x, a.y + b.y); }
function main() {
  p = point(0, 0); i = 0;
  while (i < 10000) { p = add(p, point(i, 1)); i = i + 1; }
  println(p.x + " " + p.y);
}
