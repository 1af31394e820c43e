// Properties of one object, read and written.
function bench(size) {
  o = new(); o.i = 0; o.sum = 0; o.last = 0;
  while (o.i < size) {
    o.sum = o.sum + o.i - o.last;
    o.last = o.i / 2;
    o.i = o.i + 1;
  }
  return o.sum;
}
