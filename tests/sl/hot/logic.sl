// conditions of many parts
function main() {
  i = 0; n = 0;
  while (i < 30000) {
    a = i - i / 3 * 3 == 0; b = i - i / 5 * 5 == 0;
    if (a && b || i < 10 && (a || b)) { n = n + 1; }
    if (a && (b || i > 29990) && 1 == 1) { n = n + 1000; }
    i = i + 1;
  }
  println(n);
}
