// a hook is a function, whose code can change
function hook() { println("old"); }
function main() {
  registerShutdownHook(hook);
  defineFunction("function hook() { println(stacktrace()); }");
}
