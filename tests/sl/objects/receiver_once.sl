// a.b = v evaluates a once, and reads nothing
function get(o) { println("get"); return o; }
function main() {
  o = new(); h = new(); h.get = get;
  h.get(o).x = 5;
  h.get(o)["y"] = h.get(o).x;
  println(o.x + o.y);
}
