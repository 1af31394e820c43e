// Fields that a loop writes in each turn: what they hold when it is left in the
// middle, by an overflow, another type, another object or a return.
function make() {
  o = new();
  o.i = 0; o.sum = 0; o.step = 3;
  return o;
}

function sum(o, n) {
  while (o.i < n) {
    o.sum = o.sum + o.step;
    o.i = o.i + 1;
  }
  return o.sum;
}

// The step becomes so large that the sum overflows in the next turn.
function large(o, n) {
  while (o.i < n) {
    o.sum = o.sum + o.step;
    o.i = o.i + 1;
    if (o.i == n - 5) { o.step = 9223372036854775807; }
  }
  return o.sum;
}

// A string from some turn on.
function word(o, n) {
  while (o.i < n) {
    o.i = o.i + 1;
    if (o.i == n - 3) { o.sum = "from " + o.sum; }
    o.sum = o.sum + o.step;
  }
  return o.sum;
}

function leave(o, n) {
  while (1 == 1) {
    o.i = o.i + 1;
    if (o.sum > n) { return o.i; }
    o.sum = o.sum + o.i;
    if (o.i == 1000) { break; }
  }
  return 0 - o.i;
}

// Two names for one object, and for two.
function both(a, b, n) {
  while (a.i < n) {
    a.i = a.i + 1;
    b.sum = b.sum + a.i;
    a.step = b.sum - b.i;
  }
  return b.sum;
}

function show(o, result) {
  println(result + " " + o.i + " " + o.sum + " " + o.step);
}

function main() {
  k = 0;
  while (k < 30) {
    o = make(); r = sum(o, 500 + k);
    if (k > 27) { show(o, r); }
    o = make(); r = large(o, 300 + k);
    if (k > 27) { show(o, r); }
    o = make(); r = word(o, 100 + k);
    if (k > 27) { show(o, r); }
    o = make(); r = leave(o, 3000 * k + 1);
    if (k > 27) { show(o, r); }
    o = make(); r = leave(o, 1000000);
    if (k > 27) { show(o, r); }
    o = make(); r = both(o, o, 200 + k);
    if (k > 27) { show(o, r); }
    o = make(); p = make(); r = both(o, p, 200 + k);
    if (k > 27) { show(o, r); show(p, r); }
    k = k + 1;
  }
}
