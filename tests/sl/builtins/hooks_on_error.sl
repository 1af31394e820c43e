// also after an error
function hook() { println("hook"); }
function main() { registerShutdownHook(hook); 1 - "a"; }
