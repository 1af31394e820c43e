// one access, many shapes
function get(o) { return o.v; }
function main() {
  all = new(); i = 0;
  while (i < 20) { o = new(); o["p" + i] = 0; o.v = i; all[i] = o; i = i + 1; }
  i = 0; sum = 0;
  while (i < 20000) { sum = sum + get(all[i - i / 20 * 20]); i = i + 1; }
  println(sum);
}
