// Properties of one object, read and written.
function bench(size) {
  const o = { i: 0, sum: 0, last: 0 };
  while (o.i < size) {
    o.sum = o.sum + o.i - o.last;
    o.last = (o.i / 2) | 0;
    o.i = o.i + 1;
  }
  return o.sum;
}
