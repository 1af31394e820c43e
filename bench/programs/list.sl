// Linked lists: made, walked, reversed.
function nothing() { }
function make(n) {
  list = nothing();
  while (n > 0) { e = new(); e.value = n; e.next = list; list = e; n = n - 1; }
  return list;
}
function reverse(list) {
  r = nothing();
  while (list != nothing()) { next = list.next; list.next = r; r = list; list = next; }
  return r;
}
function sum(list) {
  s = 0;
  while (list != nothing()) { s = s + list.value; list = list.next; }
  return s;
}
function bench(size) {
  i = 0; total = 0;
  while (i < size) {
    list = reverse(make(5000));
    total = total + sum(list) + list.value;
    i = i + 1;
  }
  return total;
}
