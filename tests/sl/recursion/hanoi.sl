// counts moves
function hanoi(n, from, to, via) {
  if (n == 0) { return 0; }
  return hanoi(n - 1, from, via, to) + 1 + hanoi(n - 1, via, to, from);
}
function main() { println(hanoi(12, "a", "b", "c")); }
