// A text that is put together piece by piece, many times.
function build(n) {
  let s = "";
  while (n > 0) { s = s + n + ","; n--; }
  return s;
}
function bench(size) {
  let same = 0;
  const first = build(2000);
  for (let i = 0; i < size; i++)
    if (build(2000) === first) same++;
  return same;
}
