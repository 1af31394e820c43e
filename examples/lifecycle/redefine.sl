// options: --trace=assume,invalidate,compile --compile=sync
// Nobody redefines step(), until somebody does.
function step(x) { return x + 1; }
function run(n) { i = 0; while (i < n) { i = step(i); } return i; }
function main() {
  println(run(20000));
  defineFunction("function step(x) { return x + 2; }");
  println(run(20001));
}
