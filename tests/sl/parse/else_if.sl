// else needs a block
function main() {
  if (1 == 2) { } else if (1 == 1) { }
}