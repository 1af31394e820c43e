// a variable that changes its type in mid-loop
function main() {
  i = 0; x = 0; s = 0;
  while (i < 40000) {
    if (i == 30000) { x = "s"; }
    if (i == 30001) { x = 5; }
    if (i == 39990) { x = "t"; }
    x = x + 1;
    i = i + 1;
  }
  println(x);
}
