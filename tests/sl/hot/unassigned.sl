// variables that most calls never assign; remarks: unfolded tag check
function f(i) {
  if (i == 7000) { rare = i; return stacktrace(); }
  common = i;
  return 0;
}
function main() {
  i = 0; s = 0; last = 0;
  while (i < 9000) { s = f(i); if (s != 0) { last = s; } i = i + 1; }
  println(last);
}
