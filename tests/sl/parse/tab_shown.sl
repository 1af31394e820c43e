// white space in messages
function main() { x = &	1; }
