// run by heap_enough.sh
function main() {
  i = 0; o = new();
  while (i < 300000) { o = new(); o.a = i; o.b = "x" + i; i = i + 1; }
  println(o.b);
}
