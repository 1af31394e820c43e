// what is no function
function main() { x = 1 == 1; x(1, 2); }
