// sums of big numbers
function main() {
  x = 9223372036854775807; i = 0;
  while (i < 20000) { x = x + 9223372036854775807 - i; i = i + 1; }
  println(x);
  while (i > 0) { x = x - 9223372036854775807; i = i - 1; }
  println(x);
}
