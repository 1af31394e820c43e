// behaves as its argument
function main() {
  println(wrapPrimitive(41) + 1);
  println(wrapPrimitive("a") + "b");
  println(wrapPrimitive(1 == 1) && 2 == 2);
  println(typeOf(wrapPrimitive(3)));
}
