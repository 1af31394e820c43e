/*
 * The life of a program.  total() adds up numbers with next(); main() calls it
 * again and again and notes how long an addition took.
 *
 * First everything is a machine integer.  Then the seed becomes so large that
 * sums no longer fit into 64 bits: an addition that has only ever seen small
 * integers has to learn about big ones.
 */

function next(x) {
  return x + 3;
}

function total(n, x) {
  sum = x;
  i = 0;
  while (i < n) {
    sum = next(sum);
    i = i + 1;
  }
  return sum;
}

function tenths(t) {
  return t / 10 + "." + (t - t / 10 * 10);
}

/* Tenths of nanoseconds for each of n additions. */
function measure(what, n, x) {
  start = nanoTime();
  total(n, x);
  time = (nanoTime() - start) * 10 / n;
  println("    " + what + "  " + tenths(time) + " ns an addition");
  return time;
}

function best(what, times, x) {
  least = measure(what, 2000, x);
  i = 1;
  while (i < times) {
    time = measure(what, 2000, x);
    if (time < least) { least = time; }
    i = i + 1;
  }
  return least;
}

function row(what, time, first) {
  if (time == 0) { time = 1; }
  println("    " + what + "  " + tenths(time) + " ns, " + tenths(first * 10 / time) + " times as fast");
}

function main() {
  println("1. A new program is interpreted.  Nodes learn what they meet.");
  measure("interpreted", 150, 1);
  first = measure("interpreted", 150, 1);

  println("2. It gets hot: compiled in tier 1, the loop while it runs; then in tier 2.");
  tier1 = measure("tier 1     ", 2000, 1);
  best("getting hot", 3, 1);
  tier2 = best("tier 2     ", 3, 1);

  println("3. The seed is now 2^63 - 4: the second sum does not fit into 64 bits.");
  println("   The guard fails, the node rewrites itself, the code is thrown away.");
  change = measure("type change", 2000, 9223372036854775804);

  println("4. The program gets hot again, and is compiled with what it has learned.");
  best("getting hot", 3, 1);
  again = best("tier 2     ", 3, 1);
  big = best("big numbers", 2, 9223372036854775804);

  println("");
  println("    in each state         an addition");
  row("interpreted         ", first, first);
  row("compiling           ", tier1, first);
  row("tier 2              ", tier2, first);
  row("type change         ", change, first);
  row("tier 2 again        ", again, first);
  row("with big numbers    ", big, first);
}
