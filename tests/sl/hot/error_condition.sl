// a condition in a hot loop that is no Boolean at last
function test(i) { if (i == 9000) { return i; } return i < 10000; }
function main() {
  i = 0;
  while (test(i)) { i = i + 1; }
}
