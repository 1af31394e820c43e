// a type is shown by its name
function main() { return typeOf("x"); }
