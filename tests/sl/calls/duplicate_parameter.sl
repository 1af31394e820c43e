// the last parameter of a name is visible
function f(a, a) { return a; }
function main() { println(f(1, 2)); }
