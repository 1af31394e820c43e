// new(NULL) is new()
function f() { }
function main() {
  println(new(f()));
  println(new("class"));
}
