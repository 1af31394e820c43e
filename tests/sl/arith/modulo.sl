// a - a / b * b
function mod(a, b) { return a - a / b * b; }
function main() {
  println(mod(17, 5));
  println(mod(0 - 17, 5));
  println(mod(17, 0 - 5));
  println(mod(12345678901234567890, 97));
}
