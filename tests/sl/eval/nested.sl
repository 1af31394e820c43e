// an eval in an eval
function twice(x) { return x * 2; }
function run(code) { return eval("sl", code); }
function main() {
  code = "function main() { return twice(21); }";
  println(run(code));
  println(run("function main() { return run2(5); } function run2(x) { return twice(x) + 1; }"));
  println(run2(1));
}
