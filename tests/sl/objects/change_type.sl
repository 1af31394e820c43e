// a property may hold values of any type, in any order
function show(o) { println(o.x); }
function main() {
  o = new();
  o.x = 1; show(o);
  o.x = "s"; show(o);
  o.x = 1 == 1; show(o);
  o.x = 9223372036854775808; show(o);
  o.x = o; show(o);
  o.x = main; show(o);
  o.x = show(o); show(o);
  o.x = 2; show(o);
}
