// Deep recursion.
function ack(m, n) {
  if (m == 0) { return n + 1; }
  if (n == 0) { return ack(m - 1, 1); }
  return ack(m - 1, ack(m, n - 1));
}
function bench(size) {
  i = 0; sum = 0;
  while (i < size) { sum = sum + ack(3, 6); i = i + 1; }
  return sum;
}
