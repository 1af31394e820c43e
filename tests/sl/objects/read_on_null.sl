// a type error
function main() {
  return f()[1];
}
function f() { }
