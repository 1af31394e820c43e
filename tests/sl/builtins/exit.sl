// ends the run with this code
function f() { while (1 == 1) { exit(7); } }
function main() { println("before"); f(); println("no"); }
