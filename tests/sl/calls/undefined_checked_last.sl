// arguments are evaluated before the callee is checked
function show(x) { println(x); return x; }
function main() {
  undefined(show(1), show(2));
}
