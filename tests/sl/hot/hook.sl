// hot functions run again at the end
function f(n) { if (n < 2) { return n; } return f(n - 1) + f(n - 2); }
function hook() { println(f(15)); }
function main() { registerShutdownHook(hook); println(f(18)); f("x"); }
