// a loop does not reach into the next function
function f() {
  while (1 == 2) { continue; }
}
function main() {
  continue;
}
