// by a field of objects in an object
function mod(a, b) { return a - a / b * b; }
function main() {
  a = new(); n = 120; x = 42; i = 0;
  while (i < n) {
    x = mod(x * 1103515245 + 12345, 2147483648);
    o = new(); o.key = x / 1000; a[i] = o;
    i = i + 1;
  }
  i = 1;
  while (i < n) {
    o = a[i]; j = i - 1;
    while (j >= 0 && a[j].key > o.key) { a[j + 1] = a[j]; j = j - 1; }
    a[j + 1] = o;
    i = i + 1;
  }
  println(a[0].key + " " + a[n / 2].key + " " + a[n - 1].key);
}
