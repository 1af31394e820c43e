// receiver, key, value
function show(x, v) { println(x); return v; }
function main() {
  o = new();
  o.o = o;
  f = show;
  o.f = f;
  o.f("receiver", o).o[show("key", "k")] = show("value", 5);
  println(o.k);
  o.f("receiver", o)[show("key", "k")];
}
