// keywords are no names
function main() { while = 1; }
