// the other hooks run all the same
function bad() { return 1 < "a"; }
function good() { println("good"); }
function main() { registerShutdownHook(bad); registerShutdownHook(good); }
