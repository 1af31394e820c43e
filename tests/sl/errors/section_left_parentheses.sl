// an operation begins where its left operand begins
function main() {
  x = (1 == 1) + 2;
}
