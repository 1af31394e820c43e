// big and small numbers in one order
function main() {
  big = 9223372036854775808;
  println(big > 9223372036854775807);
  println(big < 9223372036854775807);
  println(0 - big < 5);
  println(5 <= big);
  println(big == big);
  println(big == 9223372036854775807 + 1);
  println(big != big + 1);
  println(big >= big);
  println(big == 5);
  println(5 == big);
}
