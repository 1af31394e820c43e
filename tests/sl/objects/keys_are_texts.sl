// NULL, objects and types as keys
function f() { }
function main() {
  o = new();
  o[f()] = 1;
  println(o.NULL);
  o[new()] = 2;
  println(o["[foreign object]"]);
  println(o[typeOf(1)]);
}
