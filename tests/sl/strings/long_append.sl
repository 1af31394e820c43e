// a hundred thousand characters, in time proportional to them
function main() {
  s = "";
  i = 0;
  while (i < 100000) { s = s + "ab"; i = i + 1; }
  t = "ab"; i = 1;
  while (i < 65536) { t = t + t; i = i * 2; }
  i = 100000 - 65536;
  while (i > 0) { t = t + "ab"; i = i - 1; }
  println(s == t);
}
