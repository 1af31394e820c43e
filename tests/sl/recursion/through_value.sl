// a function that gets itself
function call(f, n) { if (n == 0) { return "end"; } return f(f, n - 1); }
function main() { println(call(call, 100)); }
