// two functions
function even(n) { if (n == 0) { return 1 == 1; } return odd(n - 1); }
function odd(n) { if (n == 0) { return 1 == 2; } return even(n - 1); }
function main() {
  i = 0; n = 0;
  while (i < 400) { if (even(i)) { n = n + 1; } i = i + 1; }
  println(n);
}
