// a property that was a number for long
function main() {
  o = new(); o.x = 0; i = 0; texts = 0;
  while (i < 20000) {
    o.x = o.x + 1;
    if (i == 10000) { o.x = "text"; }
    if (i == 10010) { texts = o.x; o.x = 7; }
    i = i + 1;
  }
  println(texts);
  println(o.x);
}
