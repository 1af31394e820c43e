// main gets no arguments
function main(a, b) { println(a); println(b == a); }
