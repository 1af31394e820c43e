// The life of sum(): interpreted, compiled, wrong about a type, mended.

function sum(from, to) {
  s = 0;
  i = from;
  while (i < to) {
    s = s + i;
    i = i + 1;
  }
  return s;
}

// Calls sum() until it has been compiled.
function warm(from) {
  round = 0;
  while (round < 2000) {
    sum(from, from + 10);
    round = round + 1;
  }
}

// Nanoseconds for a round of its loop, times 1000; the best of some tries.
function measure(from, rounds, tries) {
  best = 1000000000;
  while (tries > 0) {
    begin = nanoTime();
    sum(from, from + rounds);
    time = (nanoTime() - begin) * 1000 / rounds;
    if (time < best) { best = time; }
    tries = tries - 1;
  }
  return best;
}

function main() {
  println("1. sum() runs in the interpreter, and its nodes see small numbers.");
  first = measure(0, 100, 1);
  println("2. It is called often, gets hot, and is compiled for them.");
  warm(0);
  hot = measure(0, 1000, 100);
  println("3. Numbers that need more than 64 bits: the guess fails.");
  big = 9223372036854775800;
  wrong = measure(big, 100, 1);
  println("4. It gets hot again, and is compiled with what it has learned.");
  warm(big);
  again = measure(big, 1000, 100);
  println("");
  println("nanoseconds for 1000 rounds of its loop");
  println("    interpreted                         " + first);
  println("    compiled, small numbers             " + hot);
  println("    leaving the code, rewriting nodes   " + wrong);
  println("    compiled again, numbers of any size " + again);
}
