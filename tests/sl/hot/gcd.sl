// a loop in a function
function gcd(a, b) { while (b != 0) { t = a - a / b * b; a = b; b = t; } return a; }
function main() {
  i = 1; sum = 0;
  while (i < 120) { j = 1; while (j < 60) { sum = sum + gcd(i, j); j = j + 1; } i = i + 1; }
  println(sum);
}
