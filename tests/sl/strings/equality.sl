// by content
function main() {
  a = "hello";
  b = "hel" + "lo";
  println(a == b);
  println(a != b);
  println(a == "hellO");
  println("" == "");
  println("1" == 1);
  println("NULL" == readln(1, 2, 3));
  println("a" + 1 == "a1");
}
