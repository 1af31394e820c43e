// goes forward
function main() {
  a = nanoTime(); i = 0;
  while (i < 1000) { i = i + 1; }
  b = nanoTime();
  println(a <= b);
  println(b - a < 60000000000);
  println(typeOf(a));
}
