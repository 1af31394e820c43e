// flags in an object
function main() {
  n = 2000; flags = new(); i = 2;
  while (i <= n) { flags[i] = 1 == 1; i = i + 1; }
  count = 0; i = 2;
  while (i <= n) {
    if (flags[i]) {
      count = count + 1; j = i * i;
      while (j <= n) { flags[j] = 1 == 2; j = j + i; }
    }
    i = i + 1;
  }
  println(count);
}
