// a prediction that reads a whole group
function main() {
  x = 1 + (2 3);
}
