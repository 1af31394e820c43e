// a semantic error at run time
function main() {
  defineFunction("function foo() { break; }");
}
