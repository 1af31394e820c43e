// a string may be part of many
function main() {
  a = "0123456789";
  b = a + a + a + a + a + a + a;
  c = b + "-" + b;
  d = c + "+" + c + b;
  println(b);
  println(d);
  println(c == b + "-" + b);
}
