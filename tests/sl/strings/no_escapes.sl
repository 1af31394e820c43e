// a backslash is a character
function main() {
  println("\n\t\\");
  println("tab	inside");
  println("'single'");
}
