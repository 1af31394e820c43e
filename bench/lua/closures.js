// Functions that make functions: pipelines over ranges.
function range(first, last) {
  return emit => { for (let i = first; i <= last; i++) emit(i); };
}

function map(source, f) {
  return emit => source(x => emit(f(x)));
}

function filter(source, accept) {
  return emit => source(x => { if (accept(x)) emit(x); });
}

function fold(source, start, f) {
  let result = start;
  source(x => { result = f(result, x); });
  return result;
}

function compose(f, g) { return x => f(g(x)); }

function counter() {
  let n = 0;
  return () => ++n;
}

function bench(size) {
  const count = counter(), add = (a, b) => (a + b) % 1000003;
  let sum = 0;
  for (let turn = 1; turn <= size; turn++) {
    const double = x => x * 2 + turn;
    const twice = compose(double, double);
    const odd = x => { count(); return x % 3 !== 0; };
    sum = fold(map(filter(range(1, 100), odd), twice), sum, add);
  }
  return sum + count();
}
