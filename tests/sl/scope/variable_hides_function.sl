// a visible variable hides a function of the same name
function f() { return "f"; }
function g() { return "g"; }
function main() {
  println(f());
  g = f;
  println(g());
}
