// there are no arrays
function main() {
  println(hasSize(new())); println(hasSize("abc")); println(hasSize(1)); println(hasSize());
  getSize(new());
}
