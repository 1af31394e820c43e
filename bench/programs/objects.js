// Objects that live for one turn of a loop.
function point(x, y) { return { x: x, y: y }; }
function add(a, b) { return point(a.x + b.x, a.y + b.y); }
let p = point(0, 0);
for (let i = 0; i < 6000000; i++) p = add(p, point(i, 1));
console.log(p.x - p.y);
