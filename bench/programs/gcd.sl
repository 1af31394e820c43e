// A loop in a function that is called often.
function gcd(a, b) {
  while (b != 0) { t = a - a / b * b; a = b; b = t; }
  return a;
}
function bench(size) {
  i = 1; sum = 0;
  while (i < size) {
    j = 1;
    while (j < 1000) { sum = sum + gcd(i, j); j = j + 1; }
    i = i + 1;
  }
  return sum;
}
