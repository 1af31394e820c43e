// any value
function main() { return main; }
