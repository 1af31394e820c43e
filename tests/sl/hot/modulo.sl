// divisions
function mod(a, b) { return a - a / b * b; }
function main() {
  i = 0 - 30000; sum = 0;
  while (i < 30000) { sum = sum + mod(i, 7) * mod(i, 0 - 5) - mod(100, i + 30001); i = i + 1; }
  println(sum);
}
