// The sieve of Eratosthenes.
function bench(size) {
  let count = 0;
  for (let turn = 1; turn <= size; turn++) {
    const composite = [];
    for (let i = 0; i <= 5000; i++) composite.push(false);
    for (let i = 2; i <= 5000; i++) {
      if (!composite[i]) {
        count++;
        for (let k = i + i; k <= 5000; k += i) composite[k] = true;
      }
    }
  }
  return count;
}
