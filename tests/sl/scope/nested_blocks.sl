// three levels
function main() {
  a = 1;
  if (a == 1) {
    b = 2;
    while (b < 3) {
      c = a + b;
      b = c;
      a = 10;
    }
    println(a + " " + b);
    println(c);
  }
  println(b);
}
