// functions by name
function main() { return main * main; }
