// results that do not fit are exact
function main() {
  max = 9223372036854775807;
  min = 0 - max - 1;
  println(max + 1);
  println(min - 1);
  println(max * max);
  println(min * min);
  println(min / (0 - 1));
  println(0 - min);
  println(max + max + 2);
}
