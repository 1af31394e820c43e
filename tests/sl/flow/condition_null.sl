// NULL is no Boolean
function f() { }
function main() {
  if (f()) { println("no"); }
}
