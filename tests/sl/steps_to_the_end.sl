// Steps down and up that are asked for together, where integers end.
function down(n, stop) {
  if (n == stop) { return n; }
  return down(n - 1, stop);
}
function up(n, stop) {
  if (n == stop) { return n; }
  return up(n + 1, stop);
}
function sum(n, deep) {
  if (deep == 0) { return n; }
  a = n + 1;
  if (deep == 1) { return a; }
  a = a + 2;
  if (deep == 2) { return a; }
  a = a + 1000000;
  if (deep == 3) { return a; }
  return a + 4;
}
function main() {
  least = 0 - 9223372036854775807 - 1;
  most = 9223372036854775807;
  i = 0;
  while (i < 1000) {
    down(i, i - 15);
    up(i - 15, i);
    sum(i, i - i / 5 * 5);
    i = i + 1;
  }
  println(sum(most, 0));
  println(sum(most - 1, 1));
  println(sum(most - 4, 2));
  println(sum(most - 1000002, 2));
  println(sum(most - 1000002, 3));
  println(sum(most - 1000002, 4));
  println(down(least + 5, least));
  println(up(most - 5, most));
  i = 0;
  while (i < 40) {
    println(down(least + i, least - i));
    println(up(most - i, most + i));
    println(sum(most - i * 50000, i - i / 5 * 5));
    i = i + 7;
  }
  println(sum(7, 4));
}
