// out of many activations and loops
function f(n) {
  while (1 == 1) {
    if (n == 0) { return 1 - main; }
    f(n - 1);
  }
}
function main() { f(50); println("no"); }
