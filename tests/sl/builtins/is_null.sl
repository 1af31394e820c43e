// NULL only
function f() { }
function main() {
  println(isNull(f())); println(isNull()); println(isNull(0)); println(isNull(""));
  println(isNull(new())); println(isNull(1 == 2)); println(isNull(isNull));
}
