// what is no function
function f() { }
function main() { f()(1, 2, 3); }
