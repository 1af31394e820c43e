// All orders of the elements of an array, by exchanging two at a time.
function permute(items, n, visit) {
  if (n === 1) return visit(items);
  for (let i = 1; i <= n; i++) {
    permute(items, n - 1, visit);
    const other = (n % 2 === 1 ? 1 : i) - 1, kept = items[other];
    items[other] = items[n - 1];
    items[n - 1] = kept;
  }
}

function bench(size) {
  let sum = 0;
  const items = [1, 2, 3, 4, 5, 6, 7, 8];
  for (let turn = 1; turn <= size; turn++)
    permute(items, 8, order => {
      sum = (sum * 7 + order[0] * order[7]) % 1000003;
    });
  return sum;
}
