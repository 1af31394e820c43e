// options: --trace=inline --compile=sync
// Calls that become a part of their callers, and one that is too deep.
function square(x) { return x * x; }
function norm(a, b) { return square(a) + square(b); }
function down(n) { if (n == 0) { return 0; } return down(n - 1); }
function main() {
  i = 0; s = 0;
  while (i < 20000) { s = s + norm(i, 1) + down(3); i = i + 1; }
  println(s);
}
