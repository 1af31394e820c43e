// Nested loops over integers.
function bench(size) {
  let n = 0;
  for (let i = 0; i < size; i++)
    for (let j = 0; j < 300; j++)
      for (let k = 0; k < 300; k++) {
        n = n + j * k - i;
        if (n > 1000000) n -= 1000000;
      }
  return n;
}
