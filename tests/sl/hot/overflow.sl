// out of the machine's integers and back, while hot; remarks: unfolded tag check
function main() {
  limit = 1000000000000000000000000000000; down = 10000000000000000000000000;
  x = 1; i = 0;
  while (i < 20000) {
    x = x * 3;
    if (x > limit) { x = x / down + i; }
    i = i + 1;
  }
  println(x);
}
