// loops
function main() {
  i = 0; sum = 0;
  while (i < 10) { i = i + 1; sum = sum + i; }
  println(sum);
  while (1 == 2) { println("never"); }
  println(i);
}
