// all operands are named
function main() { isInstance(1); }
