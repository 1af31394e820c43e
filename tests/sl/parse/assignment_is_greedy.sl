// an assignment takes all that it can get
function main() {
  println(1 + x = 3 + 4);
  println(x);
  y = z = 1 == 2 && 1 == 1;
  println(y);
  println(z);
  a = b = c = 4;
  println(a + b + c);
  println(2 * x = 1 + 1);
  println(x);
}
