// errors name the source (eval)
function main() {
  eval("sl", "function main() { return 1 - println; }");
}
