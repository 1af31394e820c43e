// types by name only
function main() { return typeOf(1) - typeOf("a"); }
