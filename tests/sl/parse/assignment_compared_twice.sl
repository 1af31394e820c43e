// the inner expression takes one comparison, the outer one the next
function main() {
  x = 1 < 2 == (3 == 3);
  println(x);
  println(x = 3 < 4 == x);
}
