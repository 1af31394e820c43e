// the error names the operand and stands at the whole
function main() {
  x = 1 == 2 || main;
}
