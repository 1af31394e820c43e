// numbers as keys
function main() {
  a = new(); i = 0;
  while (i < 300) { a[i] = i * i; i = i + 1; }
  sum = 0;
  while (i > 0) { i = i - 1; sum = sum + a[i]; }
  println(sum);
  a[5000] = 1; a[0 - 1] = 2;
  println(a["5000"] + a["-1"]);
}
