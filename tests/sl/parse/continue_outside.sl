// continue needs a loop
function main() {
  if (1 == 1) {
    continue;
  }
}
