// All places for queens that do not attack each other.
function place(row, n, columns, up, down) {
  if (row > n) return 1;
  let found = 0;
  for (let column = 1; column <= n; column++) {
    if (columns[column] && up[row + column] && down[row - column + n]) {
      columns[column] = up[row + column] = down[row - column + n] = false;
      found += place(row + 1, n, columns, up, down);
      columns[column] = up[row + column] = down[row - column + n] = true;
    }
  }
  return found;
}

function bench(size) {
  const columns = [], up = [], down = [];
  for (let i = 0; i <= size; i++) columns.push(true);
  for (let i = 0; i <= 2 * size; i++) {
    up.push(true);
    down.push(true);
  }
  return place(1, size, columns, up, down);
}
