// Insertion sort of a linked list by a field.
function random(x) { x = x * 1103515 + 12345; return x - Math.floor(x / 65536) * 65536; }
function insert(sorted, e) {
  if (sorted === null) { e.next = sorted; return e; }
  if (e.key <= sorted.key) { e.next = sorted; return e; }
  let p = sorted;
  while (p.next !== null) {
    if (e.key <= p.next.key) break;
    p = p.next;
  }
  e.next = p.next;
  p.next = e;
  return sorted;
}
function bench(size) {
  let x = 42, sorted = null;
  for (let i = 0; i < size; i++) {
    x = random(x);
    sorted = insert(sorted, { key: x, next: null });
  }
  let sum = 0, i = 0;
  while (sorted !== null) {
    i++;
    sum += i * sorted.key;
    sorted = sorted.next;
  }
  return sum;
}
