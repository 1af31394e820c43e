
// Runs a benchmark: once, or in turns; see README.md.
function main() {
  if (@MS@ == 0) { return bench(@SIZE@); }
  until = nanoTime() + @MS@ * 1000000;
  while (nanoTime() < until) {
    println(nanoTime());
    bench(@SIZE@);
  }
  println(nanoTime());
}
