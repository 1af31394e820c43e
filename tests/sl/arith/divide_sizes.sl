// Quotients and rests of numbers with and without a high half, either sign.
function d(a, b) { return a / b; }
function r(a, b) { return a - a / b * b; }
function nth(i) {
  if (i == 0) { return 1; } if (i == 1) { return 7; } if (i == 2) { return 4294967295; }
  if (i == 3) { return 4294967296; } if (i == 4) { return 4294967297; } if (i == 5) { return 2147483648; }
  if (i == 6) { return 9223372036854775807; } if (i == 7) { return 0 - 1; } if (i == 8) { return 0 - 7; }
  if (i == 9) { return 0 - 4294967296; } if (i == 10) { return 0 - 9223372036854775807; } if (i == 11) { return 2147483647; }
  return 0 - 9223372036854775807 - 1;
}
function main() {
  k = 0;
  while (k < 40) { i = 0; while (i < 13) { j = 0; while (j < 13) {
     if (k == 39) { println("" + nth(i) + " " + nth(j) + " " + d(nth(i), nth(j)) + " " + r(nth(i), nth(j))); }
     else { d(nth(i), nth(j)); r(nth(i), nth(j)); }
     j = j + 1; } i = i + 1; } k = k + 1; }
}
