// the first argument must be a type
function main() { isInstance("Number", 1); }
