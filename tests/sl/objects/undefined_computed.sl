// the name is the text of the key
function main() {
  o = new();
  return o[40 + 2];
}
