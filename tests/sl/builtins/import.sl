// nothing comes from outside
function main() { println(import("foo")); println(isNull(import())); }
