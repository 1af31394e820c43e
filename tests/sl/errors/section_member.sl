// an operation on a property begins at its receiver
function main() { o = new(); o.x = 1; println(o.x / "a"); }
