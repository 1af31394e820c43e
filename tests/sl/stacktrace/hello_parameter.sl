// parameters, too
function f(hello) { helloEqualsWorld(); return hello; }
function main() { println(f(1)); println(f()); }
