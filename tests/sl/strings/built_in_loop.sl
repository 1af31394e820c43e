// appended and prepended a thousand times
function main() {
  s = ""; p = ""; i = 0;
  while (i < 1000) {
    s = s + "x";
    p = "y" + p;
    i = i + 1;
  }
  t = "";
  while (i > 0) { t = t + "x"; i = i - 1; }
  println(s == t);
  println(s == p);
  println(s + "|" + p);
}
