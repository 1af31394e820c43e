// functions, also undefined ones
function f() { }
function main() {
  println(isExecutable(f)); println(isExecutable(println)); println(isExecutable(undefined));
  println(isExecutable(1)); println(isExecutable("f")); println(isExecutable(new()));
  println(isExecutable(f()));
}
