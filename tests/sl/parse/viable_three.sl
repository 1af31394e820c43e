// the prediction gives up at the third token
function main() {
  x = 1 + 2 3;
}
