// more than fit in any object
function main() {
  o = new(); i = 0;
  while (i < 1000) { o["p" + i] = i; i = i + 1; }
  sum = 0; i = 0;
  while (i < 1000) { sum = sum + o["p" + i]; i = i + 1; }
  println(sum);
  println(o.p0 + o.p999 + o.p500);
  o.p500 = "changed";
  println(o["p" + 500]);
  println(o.p1000);
}
