// Divisions in a loop: a - a / b * b.
function main() {
  let x = 42, sum = 0;
  for (let i = 0; i < 4000000; i++) {
    x = x * 16807 - ((x * 16807 / 65537) | 0) * 65537;
    sum = sum + x - ((x / 7) | 0) * 7;
  }
  return sum;
}
console.log(main());
