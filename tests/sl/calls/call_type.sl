// what is no function
function main() { typeOf(1)(1, 2, 3, 4); }
