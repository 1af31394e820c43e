// objects get another property when the loop is hot
function make(i) {
  o = new();
  if (i > 8000) { o.extra = i; }
  o.x = i;
  return o;
}
function main() {
  i = 0; sum = 0;
  while (i < 10000) { sum = sum + make(i).x; i = i + 1; }
  println(sum);
}
