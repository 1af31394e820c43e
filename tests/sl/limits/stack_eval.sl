// options: --max-stack=2M
// endless recursion through a builtin
function main() { eval("sl", "function foo() { return 1; }"); return again(0); }
function again(n) { callBack(n); }
function callBack(n) { eval("sl", "function main() { again(1); }"); }
