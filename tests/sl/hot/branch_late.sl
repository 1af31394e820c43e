// a branch that is taken for the first time when the loop is hot; remarks: unfolded tag check
function f(i) {
  if (i < 15000) { return 1; } else { if (i == 15000) { return "late"; } }
  return 3;
}
function main() {
  i = 0; sum = 0; late = "";
  while (i < 20000) {
    x = f(i);
    if (x == "late") { late = x + i; } else { sum = sum + x; }
    i = i + 1;
  }
  println(late); println(sum);
}
