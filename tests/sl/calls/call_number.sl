// what is no function
function main() { x = 42; x(); }
