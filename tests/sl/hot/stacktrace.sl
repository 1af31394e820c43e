// values of hot activations
function g(x, y) { z = x * y; if (x == 5000) { return stacktrace(); } return z; }
function f(n) { m = n + 1; k = "k" + n; r = g(n, m); return r; }
function main() {
  i = 0; t = 0;
  while (i < 6000) {
    t = f(i);
    if (i == 5000) { println(t); }
    i = i + 1;
  }
  println(t);
}
