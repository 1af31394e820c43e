// a character beyond 16 bits
function main() { x = 😀; }
