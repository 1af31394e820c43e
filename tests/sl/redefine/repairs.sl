// an undefined function can be defined later
function main() {
  f = later;
  println(f);
  defineFunction("function later(x) { return x * 2; }");
  println(f(21));
}
