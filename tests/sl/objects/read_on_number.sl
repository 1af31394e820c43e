// a type error
function main() {
  x = 5;
  return x.foo;
}
