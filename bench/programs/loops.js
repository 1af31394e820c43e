// Nested loops over integers.
function main() {
  let n = 0;
  for (let i = 0; i < 300; i++)
    for (let j = 0; j < 300; j++)
      for (let k = 0; k < 300; k++) {
        n = n + j * k - i;
        if (n > 1000000) n -= 1000000;
      }
  return n;
}
console.log(main());
