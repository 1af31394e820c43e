// loops in loops
function main() {
  i = 0; n = 0;
  while (i < 60) {
    j = 0;
    while (j < 50) {
      k = 0;
      while (k < 40) { n = n + 1; k = k + 1; }
      j = j + 1;
    }
    i = i + 1;
  }
  println(n);
}
