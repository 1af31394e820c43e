// five thousand activations
function sum(n) { if (n == 0) { return 0; } return n + sum(n - 1); }
function main() { println(sum(5000)); println(sum(5000)); }
