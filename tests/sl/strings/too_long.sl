// a limit, not a crash
function main() {
  s = "x";
  while (1 == 1) { s = s + s; }
}
