// the same properties in different orders
function make(first, second, third) {
  o = new();
  o[first] = first + "!"; o[second] = second + "!"; o[third] = third + "!";
  return o;
}
function show(o) { println(o.a + o.b + o.c); }
function main() {
  show(make("a", "b", "c"));
  show(make("a", "c", "b"));
  show(make("b", "a", "c"));
  show(make("b", "c", "a"));
  show(make("c", "a", "b"));
  show(make("c", "b", "a"));
}
