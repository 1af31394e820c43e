// of the innermost loop
function main() {
  i = 0;
  while (1 == 1) {
    i = i + 1;
    if (i == 3) { continue; }
    if (i == 6) { break; }
    j = 0;
    while (j < 10) {
      j = j + 1;
      if (j < 3) { continue; }
      break;
    }
    println(i + " " + j);
  }
  println(i);
}
