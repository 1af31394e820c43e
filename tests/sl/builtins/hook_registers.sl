// a hook may register another
function second() { println("second"); }
function first() { println("first"); registerShutdownHook(second); }
function main() { registerShutdownHook(first); }
