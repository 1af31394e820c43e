// Flags in an object with numbers as keys.
function bench(size) {
  const n = 4000;
  let count = 0;
  for (let round = 0; round < size; round++) {
    const flags = [];
    for (let i = 2; i <= n; i++) flags[i] = 1;
    for (let i = 2; i <= n; i++)
      if (flags[i] === 1) {
        count++;
        for (let j = i * i; j <= n; j += i) flags[j] = 0;
      }
  }
  return count;
}
