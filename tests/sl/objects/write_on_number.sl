// an error about the property
function main() {
  x = 5;
  x.foo = 1;
}
