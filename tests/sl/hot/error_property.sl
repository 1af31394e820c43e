// a property that is missing at last
function main() {
  a = new(); a.x = 1; b = new(); i = 0; sum = 0;
  while (i < 10000) {
    o = a;
    if (i == 9999) { println(sum); o = b; }
    sum = sum + o.x;
    i = i + 1;
  }
}
