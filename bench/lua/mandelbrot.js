// How long points of a grid stay near zero.
function bench(size) {
  let sum = 0;
  for (let row = 0; row < size; row++) {
    const ci = 2.0 * row / size - 1.0;
    for (let column = 0; column < size; column++) {
      const cr = 2.0 * column / size - 1.5;
      let zr = 0.0, zi = 0.0, turns = 0;
      while (turns < 50 && zr * zr + zi * zi < 4.0) {
        const next = zr * zr - zi * zi + cr;
        zi = 2.0 * zr * zi + ci;
        zr = next;
        turns++;
      }
      sum += turns;
    }
  }
  return sum;
}
