// what fits again is like any small number
function main() {
  big = 9223372036854775807 + 1;
  println(big - 1);
  println(big - 1 == 9223372036854775807);
  println(big - big);
  println(big - big == 0);
  println(big / big);
  println(0 - big);
  println(0 - big == 0 - 9223372036854775807 - 1);
  println(big / 2 + big / 2 == big);
}
