// the two blocks of an if are siblings
function main() {
  if (1 == 2) { v = 1; } else { v = 2; println(v); }
  println(v);
}
