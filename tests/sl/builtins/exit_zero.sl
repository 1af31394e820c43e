// ends the run well
function main() { println("before"); exit(0); println("no"); }
