// written and read by name
function main() {
  o = new();
  o.a = 1;
  o.b = "two";
  o.c = 1 == 1;
  o.a = o.a + 10;
  println(o.a);
  println(o.b);
  println(o.c);
  println(o.d = 5);
  println(o.d);
}
