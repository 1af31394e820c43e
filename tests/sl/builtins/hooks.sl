// in the order of their registration, at the end
function a() { println("a"); }
function b(x) { println("b " + x); return 5; }
function main() {
  println(registerShutdownHook(a));
  registerShutdownHook(b);
  registerShutdownHook(a);
  println("main");
  return "result";
}
