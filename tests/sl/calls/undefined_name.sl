// reading an undefined function is no error
function main() {
  println("s" + foo);
  println(foo);
  x = foo;
  println(x == foo);
  println(isExecutable(foo));
  println(typeOf(foo));
  foo();
}
