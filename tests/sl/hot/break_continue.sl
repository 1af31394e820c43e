// all ways out of a loop
function odd(n) { return n - n / 2 * 2 == 1; }
function find(limit) {
  i = 0; sum = 0;
  while (1 == 1) {
    i = i + 1;
    if (odd(i)) { continue; }
    if (i > limit) { break; }
    j = 0;
    while (j < 3) { j = j + 1; if (j == 2) { continue; } sum = sum + j; }
    if (sum > 30000) { return 0 - sum; }
  }
  return sum;
}
function main() {
  i = 0; total = 0;
  while (i < 2000) { total = total + find(20); i = i + 1; }
  println(total);
  println(find(20000));
}
