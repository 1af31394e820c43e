// Divisions in a loop: a - a / b * b.
function bench(size) {
  x = 42; sum = 0; i = 0;
  while (i < size) {
    x = x * 16807 - x * 16807 / 65537 * 65537;
    sum = sum + x - x / 7 * 7;
    i = i + 1;
  }
  return sum;
}
