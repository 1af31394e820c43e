// objects that are sometimes kept
function main() {
  kept = new(); kept.n = 0; i = 0; sum = 0;
  while (i < 20000) {
    o = new(); o.v = i;
    if (i - i / 100 * 100 == 0) { o.next = kept.list0 = o; kept.last = o; kept.n = kept.n + 1; }
    sum = sum + o.v;
    i = i + 1;
  }
  println(sum); println(kept.n); println(kept.last.v); println(kept.list0 == kept.last.next);
}
