// errors of builtins have no place
function main() { exit("a"); }
