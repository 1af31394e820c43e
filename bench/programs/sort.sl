// Insertion sort of a linked list by a field.
function nothing() { }
function random(x) { x = x * 1103515 + 12345; return x - x / 65536 * 65536; }
function insert(sorted, e) {
  if (sorted == nothing()) { e.next = sorted; return e; }
  if (e.key <= sorted.key) { e.next = sorted; return e; }
  p = sorted;
  while (p.next != nothing()) {
    if (e.key <= p.next.key) { break; }
    p = p.next;
  }
  e.next = p.next;
  p.next = e;
  return sorted;
}
function bench(size) {
  x = 42; sorted = nothing(); i = 0;
  while (i < size) {
    x = random(x);
    e = new(); e.key = x; e.next = nothing();
    sorted = insert(sorted, e);
    i = i + 1;
  }
  sum = 0; i = 0;
  while (sorted != nothing()) {
    i = i + 1;
    sum = sum + i * sorted.key;
    sorted = sorted.next;
  }
  return sum;
}
