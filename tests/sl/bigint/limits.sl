// at the edge of the machine's integers
function main() {
  max = 9223372036854775807;
  min = 0 - max - 1;
  println(max + 0);
  println(min + 0);
  println(max - 1 + 1);
  println(min + 1 - 1);
  println(max + min);
  println(4294967296 * 2147483648);
  println(4294967296 * 2147483647);
  println(0 - 4294967296 * 2147483648);
  println(3037000500 * 3037000500);
  println(3037000499 * 3037000499);
  println(min / 1);
  println(min * 1);
  println(min * (0 - 1));
}
