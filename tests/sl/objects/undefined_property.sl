// an error
function main() {
  o = new();
  o.foo = 1;
  println(o.foo);
  println(o.bar);
}
