// there is no unary minus
function main() {
  a = -1;
}
