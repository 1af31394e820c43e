// the error names the operand and stands at the whole
function main() {
  println(  1 && (1 == 1));
}
