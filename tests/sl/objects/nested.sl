// objects in objects, assigned in chains
function main() {
  a = new();
  a.b = new();
  a.b.c = new();
  a.b.c.d = 4;
  println(a.b.c.d);
  a.x = a.b.y = 7;
  println(a.x + a.b.y);
  a["b"]["c"].d = a.b.c.d + 1;
  println(a.b.c["d"]);
}
