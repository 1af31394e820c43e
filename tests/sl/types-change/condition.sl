// one condition, then an error
function test(c) { if (c) { return "yes"; } return "no"; }
function main() {
  println(test(1 == 1)); println(test(1 == 2));
  test(0);
}
