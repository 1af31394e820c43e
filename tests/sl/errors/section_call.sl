// an operation on a call begins at its callee
function f() { return 1; }
function main() { println(   f() < "a"); }
