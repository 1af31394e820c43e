// variables of a loop body keep their values
function main() {
  i = 0;
  while (i < 3) {
    if (i == 0) { sum = 0; }
    i = i + 1;
  }
  total = 0;
  while (i > 0) {
    total = total + i;
    i = i - 1;
  }
  println(total);
}
