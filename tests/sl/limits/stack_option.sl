// options: --max-stack=200K
function f(n) { return f(n + 1) + 1; }
function main() { f(0); }
