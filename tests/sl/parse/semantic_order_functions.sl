// function by function
function f() {
  while (1 == 1) { }
  break;
}
function main() {
  g() = 1;
}
