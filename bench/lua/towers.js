// The towers of Hanoi, with discs that are linked objects.
class Towers {
  constructor() {
    this.piles = [null, null, null, null];
    this.moves = 0;
  }
  push(disc, pile) {
    const top = this.piles[pile];
    if (top && top.width <= disc.width) throw new Error("a disc is too wide");
    disc.below = top;
    this.piles[pile] = disc;
  }
  pop(pile) {
    const disc = this.piles[pile];
    this.piles[pile] = disc.below;
    disc.below = null;
    return disc;
  }
  move(n, from, to) {
    if (n > 0) {
      const other = 6 - from - to;
      this.move(n - 1, from, other);
      this.push(this.pop(from), to);
      this.moves++;
      this.move(n - 1, other, to);
    }
  }
}

function bench(size) {
  const towers = new Towers();
  for (let width = size; width >= 1; width--)
    towers.push({ width: width, below: null }, 1);
  towers.move(size, 1, 3);
  return towers.moves;
}
