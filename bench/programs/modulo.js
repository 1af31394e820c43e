// Divisions in a loop: a - a / b * b.
function bench(size) {
  let x = 42, sum = 0;
  for (let i = 0; i < size; i++) {
    x = x * 16807 - ((x * 16807 / 65537) | 0) * 65537;
    sum = sum + x - ((x / 7) | 0) * 7;
  }
  return sum;
}
