// builtins, too
function main() {
  println("a", "b");
  println();
  println(isNull());
  println(typeOf());
  println(new(isNull, 1) == 1);
}
