// the last definition of a source counts
function f() { return 1; }
function f() { return 2; }
function main() { println(f()); }
