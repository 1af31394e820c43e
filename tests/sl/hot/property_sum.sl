// properties of one shape
function main() {
  o = new(); o.i = 0; o.sum = 0;
  while (o.i < 60000) { o.sum = o.sum + o.i; o.i = o.i + 1; }
  println(o.sum);
}
