// Linked lists: made, walked, reversed.
function make(n) {
  let list = null;
  while (n > 0) { list = { value: n, next: list }; n--; }
  return list;
}
function reverse(list) {
  let r = null;
  while (list !== null) {
    const next = list.next;
    list.next = r; r = list; list = next;
  }
  return r;
}
function sum(list) {
  let s = 0;
  while (list !== null) { s += list.value; list = list.next; }
  return s;
}
function bench(size) {
  let total = 0;
  for (let i = 0; i < size; i++) {
    const list = reverse(make(5000));
    total += sum(list) + list.value;
  }
  return total;
}
