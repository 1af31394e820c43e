// strings only
function main() {
  defineFunction(3);
}
