// Functions as values: composed, kept in objects, called.
function inc(x) { return x + 1; }
function dbl(x) { return x + x; }
function cut(x) { if (x > 1000) return x - 1000; return x; }
function compose(f, g) { return { f: f, g: g }; }
function run(c, x) { const f = c.f, g = c.g; return g(f(x)); }
function times(c, n, x) {
  while (n > 0) { x = cut(run(c, x)); n--; }
  return x;
}
function bench(size) {
  return times(compose(inc, dbl), size, 1) * 10000 +
         times(compose(dbl, inc), size, 1);
}
