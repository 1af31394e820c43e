// no receiver is passed
function add(a, b) { return a + b; }
function main() {
  o = new();
  o.add = add;
  println(o.add(1, 2));
  println(o["add"](3, 4));
  o.self = o;
  println(o.self.self.add(5, 6));
}
