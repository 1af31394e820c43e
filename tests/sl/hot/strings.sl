// texts that grow
function main() {
  s = ""; i = 0; n = 0;
  while (i < 5000) { s = s + i; if (s == "") { n = n + 1; } i = i + 1; }
  t = ""; i = 0;
  while (i < 5000) { t = t + (i + ""); i = i + 1; }
  println(n); println(s == t);
}
