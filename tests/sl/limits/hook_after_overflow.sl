// there is stack again afterwards
function f(n) { return f(n + 1) + 1; }
function sum(n) { if (n == 0) { return 0; } return n + sum(n - 1); }
function hook() { println(sum(100)); }
function main() { registerShutdownHook(hook); f(0); }
