// Trees of arrays that are made and dropped.
let seed, count;

function random() {
  seed = seed * 16807 % 2147483647;
  return seed;
}

function tree(depth) {
  count++;
  if (depth === 0) {
    const leaf = [], n = random() % 10;
    for (let i = 0; i < n; i++) leaf.push(false);
    return leaf;
  }
  const branches = [];
  for (let i = 0; i < 4; i++) branches.push(tree(depth - 1));
  return branches;
}

function bench(size) {
  seed = 42;
  count = 0;
  let leaves = 0;
  for (let turn = 0; turn < size; turn++)
    leaves += tree(5)[0][1][2][3][0].length;
  return count * 10 + leaves;
}
