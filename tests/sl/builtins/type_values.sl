// types can be kept and passed on
function main() {
  t = typeOf(1);
  o = new();
  o.type = t;
  println(isInstance(o.type, 5));
  println(isInstance(t, "5"));
  println(t);
}
