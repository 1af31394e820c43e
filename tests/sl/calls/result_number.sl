// any value
function main() { return 6 * 7; }
