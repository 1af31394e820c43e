// endless recursion of two, with many variables
function f(a, b, c, d) { x = a; y = b; z = c; return g(x, y, z, d + 1); }
function g(a, b, c, d) { while (1 == 1) { return f(a, b, c, d); } }
function main() { f(1, 2, 3, 0); }
