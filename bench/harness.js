
// Runs a benchmark: once, or in turns; see README.md.
function turns() {
  const now = process.hrtime.bigint, times = [];
  const until = now() + @MS@n * 1000000n;
  do {
    times.push(now());
    bench(@SIZE@);
  } while (now() < until);
  times.push(now());
  console.log(times.join("\n"));
}
if (@MS@ === 0) console.log(bench(@SIZE@)); else turns();
