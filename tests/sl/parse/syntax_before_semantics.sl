// syntax errors come first, wherever they are
function main() {
  break;
}
function f() {
  x = ;
}
