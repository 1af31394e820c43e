// what is no function
function main() { x = 9223372036854775808; x(1); }
