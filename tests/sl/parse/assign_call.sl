// a call is nothing to assign to
function main() {
  f() = 3;
}
