// a divisor that is 0 at last
function main() {
  i = 10000; x = 0;
  while (1 == 1) { x = x + 100000 / i; i = i - 1; }
}
