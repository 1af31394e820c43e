// the error names the operand and stands at the whole
function main() {
  x = new() || 1 == 1;
}
