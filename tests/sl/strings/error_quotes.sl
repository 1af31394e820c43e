// strings in errors have quotes
function main() {
  println("4" * 2);
}
