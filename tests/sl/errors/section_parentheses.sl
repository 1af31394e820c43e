// the place of an operation in parentheses is that of the parenthesis
function main() {
  x = 1 + (2 - "a");
}
