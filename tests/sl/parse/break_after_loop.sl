// the loop is over
function main() {
  while (1 == 2) {
    break;
  }
  break;
}
