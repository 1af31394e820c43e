// lines of the input
function main() {
  println("<" + readln() + ">");
  println("<" + readln() + ">");
  println("<" + readln() + ">");
  println("<" + readln() + ">");
  println("<" + readln() + ">");
  println(readln() == "");
}
