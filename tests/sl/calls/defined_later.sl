// the order of definitions does not matter
function main() { println(later(20)); }
function later(n) { return evenLater(n) + 1; }
function evenLater(n) { return n * 2; }
