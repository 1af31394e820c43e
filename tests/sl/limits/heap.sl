// options: --max-heap=2M
function main() {
  list = new();
  while (1 == 1) { n = new(); n.next = list; list = n; }
}
