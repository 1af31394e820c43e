// there is no unary minus
function main() {
  return -1;
}
