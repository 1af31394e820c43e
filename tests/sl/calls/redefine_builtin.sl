// builtins can be overridden, for everybody
function show(x) { println(x); }
function isNull(x) { return "mine " + x; }
function main() {
  show(isNull(1));
  show(isNull());
}
