// Objects that live for one turn of a loop.
function point(x, y) { return { x: x, y: y }; }
function add(a, b) { return point(a.x + b.x, a.y + b.y); }
function bench(size) {
  let p = point(0, 0);
  for (let i = 0; i < size; i++) p = add(p, point(i, 1));
  return p.x - p.y;
}
