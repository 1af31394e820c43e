// sums up what can be compared
function main() {
  n = 0; all = "";
  while ((line = readln()) != "end") { n = n + 1; all = line + all; }
  println(n + all);
}
