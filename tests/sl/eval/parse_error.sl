// a parse error at run time
function main() {
  eval("sl", "func");
}
