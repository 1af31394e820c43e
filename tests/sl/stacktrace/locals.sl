// activations, innermost first, with the variables that are assigned
function leaf(a, b) {
  c = a + b;
  println(stacktrace());
  d = 1;
}
function middle(x) {
  y = "text";
  leaf(x, 2);
}
function main() {
  n = 5;
  middle(n);
}
