// text and keys of big numbers
function main() {
  o = new();
  o[9223372036854775808] = "big";
  println(o["9223372036854775808"]);
  println("<" + 9223372036854775808 + ">");
  println("" + (0 - 123456789012345678901));
}
