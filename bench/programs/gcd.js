// A loop in a function that is called often.
function gcd(a, b) {
  while (b !== 0) { const t = a - ((a / b) | 0) * b; a = b; b = t; }
  return a;
}
function bench(size) {
  let sum = 0;
  for (let i = 1; i < size; i++)
    for (let j = 1; j < 1000; j++) sum += gcd(i, j);
  return sum;
}
