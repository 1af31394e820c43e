// indices: dense, with gaps, far away, as numbers and as texts
function fill(o, n, v) { i = 0; while (i < n) { o[i] = v + i; i = i + 1; } return o; }
function sum(o, n) { s = 0; i = 0; while (i < n) { s = s + o[i]; i = i + 1; } return s; }
function dense() {
  o = fill(new(), 50, 7);
  println(sum(o, 50));
  println(o["0"] + o["49"]);
  o["50"] = 1; o[51] = 2; o["007"] = 3; o["7"] = 4;
  println(sum(o, 52));
  println(o[7]); println(o["007"]);
}
function kinds() {
  o = fill(new(), 10, 0);
  println(sum(o, 10));
  o[3] = "three"; o[4] = 9223372036854775807 + 1; o[5] = new(); o[6] = kinds; o[7] = 1 == 1;
  i = 0;
  while (i < 10) { println(o[i]); i = i + 1; }
  o[3] = 3; o[4] = 4; o[5] = 5; o[6] = 6; o[7] = 7;
  println(sum(o, 10));
}
function gaps() {
  o = new(); o[2] = 5; o[5] = 6; o[1] = 7;
  println(o[2] + o[5] + o[1]);
  o[0] = 1; o[3] = 1; o[4] = 1;
  println(sum(o, 6));
}
function far() {
  o = fill(new(), 20, 1);
  o[1000000] = 5; o[3000000000] = 6; o[0 - 1] = 7; o[99999999999999999999] = 8;
  println(sum(o, 20));
  println(o[1000000] + o["1000000"] + o["3000000000"] + o[3000000000] + o["-1"] + o[0 - 1]);
  println(o["99999999999999999999"]);
  o[20] = 100; o[3] = 200; o.name = "name"; o["20"] = o[20] + 1;
  println(sum(o, 21)); println(o.name); println(o["na" + "me"]);
}
function backwards() {
  o = new(); i = 40;
  while (i > 0) { i = i - 1; o[i] = i; }
  println(sum(o, 40));
}
function main() {
  n = 0;
  while (n < 3) { dense(); kinds(); gaps(); far(); backwards(); n = n + 1; }
  o = fill(new(), 3, 0);
  println(o[3]);
}
