// surplus arguments are evaluated all the same
function show(x) { println(x); return x; }
function none() { return "none"; }
function main() {
  println(none(show(1), show(2)));
  println(isNull(show(3), show(4)));
}
