// endless recursion in an argument
function f(n) { return n; }
function g(n) { return f(g(f(n))); }
function main() { g(0); }
