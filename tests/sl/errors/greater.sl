// operand types, and which operation is named
function main() {
  x = 1 == 1;
  println("before");
  return x > 3;
}
