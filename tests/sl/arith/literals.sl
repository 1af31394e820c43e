// literals of any size
function main() {
  println(0);
  println(9223372036854775807);
  println(9223372036854775808);
  println(123456789012345678901234567890);
}
