// the other way round
function f() { }
function main() { return f() > "a"; }
