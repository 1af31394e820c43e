// Divisions in a loop: a - a / b * b.
function main() {
  x = 42; sum = 0; i = 0;
  while (i < 4000000) {
    x = x * 16807 - x * 16807 / 65537 * 65537;
    sum = sum + x - x / 7 * 7;
    i = i + 1;
  }
  return sum;
}
