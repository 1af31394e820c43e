// falling off the end, return; and return of a value
function a() { }
function b() { return; }
function c() { 5; }
function d(x) { if (x) { return "yes"; } }
function main() {
  println(a());
  println(b());
  println(c());
  println(d(1 == 1));
  println(d(1 == 2));
}
