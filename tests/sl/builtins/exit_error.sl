// needs a number
function main() { exit(); }
