// endless recursion is an error of the program
function f(n) { return f(n + 1) + 1; }
function main() { println("before"); f(0); println("no"); }
