// an operand that is not evaluated is not checked
function main() {
  println(1 == 1 || 5);
  println(1 == 2 && 5);
}
