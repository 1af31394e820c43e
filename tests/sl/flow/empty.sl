// empty blocks
function f() { }
function main() {
  if (1 == 1) { }
  if (1 == 2) { } else { }
  i = 0;
  while ((i = i + 1) < 5) { }
  println(i);
}
