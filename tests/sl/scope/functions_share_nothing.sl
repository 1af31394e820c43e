// each activation has variables of its own
function f(n) {
  local = n;
  if (n > 0) { f(n - 1); }
  println(local);
}
function main() { local = "main"; f(3); println(local); }
