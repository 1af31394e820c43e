// a call of a variable with one function
function inc(x) { return x + 1; }
function times(f, n) { x = 0; i = 0; while (i < n) { x = f(x); i = i + 1; } return x; }
function main() { println(times(inc, 50000)); }
