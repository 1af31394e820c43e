// all comparisons
function show(a, b) {
  println((a < b) + " " + (a <= b) + " " + (a > b) + " " + (a >= b) + " " + (a == b) + " " + (a != b));
}
function main() {
  show(1, 2);
  show(2, 2);
  show(3, 2);
  show(0 - 1, 1);
}
