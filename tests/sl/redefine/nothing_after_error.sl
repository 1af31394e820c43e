// nothing of a text with an error is defined
function a() { return "old"; }
function b() { println(a()); }
function main() {
  registerShutdownHook(b);
  defineFunction("function a() { return 2; } function c( { }");
}
