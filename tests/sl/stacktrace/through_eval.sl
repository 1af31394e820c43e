// eval and hooks run on the same stack
function show() { println(stacktrace()); }
function main() {
  a = 1;
  eval("sl", "function main(x) { b = 2; show(); }");
}
