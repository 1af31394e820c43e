// deep and hot
function sum(n) { if (n == 0) { return 0; } return n + sum(n - 1); }
function main() {
  i = 0; s = 0;
  while (i < 60) { s = s + sum(2000); i = i + 1; }
  println(s);
}
