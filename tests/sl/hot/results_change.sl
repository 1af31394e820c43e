// A function that has always returned numbers returns something else at last,
// from deep within itself; compiled callers wait for it on the way.
function down(n, last) {
  if (n == 0) { return last; }
  return down(n - 1, last);
}
function sum(n, last) {
  if (n == 0) { return last; }
  return sum(n - 1, last) + 1;
}
function main() {
  i = 0;
  s = 0;
  while (i < 3000) {
    s = s + down(20, 1) + sum(20, i);
    i = i + 1;
  }
  println(s);
  println(sum(20, "text"));
  println(down(20, "text"));
  println(sum(20, 1));
  println(down(20, 1) + 1);
  println(down(20, null()));
}
function null() { }
