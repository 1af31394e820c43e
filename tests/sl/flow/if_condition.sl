// must be a Boolean
function main() {
  if (1) { println("no"); }
}
