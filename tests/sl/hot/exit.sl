// out of a hot loop
function main() {
  i = 0;
  while (1 == 1) { i = i + 1; if (i == 20000) { println(i); exit(5); } }
}
