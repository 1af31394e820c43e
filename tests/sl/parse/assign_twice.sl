// an assignment is nothing to assign to
function main() {
  x = 1 (2) = 3;
}
