// from within loops and conditions
function show(i) { println(stacktrace()); return i < 2; }
function main() {
  i = 0;
  while (show(i)) {
    i = i + 1;
    inner = i * 100;
  }
}
