// break needs a loop
function main() {
  break;
}
