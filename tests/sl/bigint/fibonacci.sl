// sums that grow
function main() {
  a = 0; b = 1; i = 0;
  while (i < 300) { c = a + b; a = b; b = c; i = i + 1; }
  println(a);
}
