// objects are equal to themselves only
function main() {
  a = new();
  b = new();
  c = a;
  println(a == b);
  println(a == c);
  println(a != b);
  a.x = 1;
  println(c.x);
  println(a == 1);
  println(a == "Object");
}
