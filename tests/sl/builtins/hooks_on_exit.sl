// also after exit
function hook() { println("hook"); }
function main() { registerShutdownHook(hook); exit(3); }
