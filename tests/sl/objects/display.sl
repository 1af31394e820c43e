// as printed and as text
function main() {
  o = new();
  println(o);
  println("" + o);
  return o;
}
