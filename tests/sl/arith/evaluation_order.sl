// left to right, each operand once
function show(x) { println("eval " + x); return x; }
function main() {
  println(show(1) + show(2) * show(3));
  println(show(1) < show(2));
  println(show("a") + show("b"));
}
