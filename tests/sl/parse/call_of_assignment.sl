// x = f (2) calls f; x = 1 (2) calls what the assignment yields
function f(n) { return n * 10; }
function main() {
  x = f (2);
  println(x);
  x = 1 (2);
}
