// two functions
function even(n) { if (n == 0) { return 1 == 1; } return odd(n - 1); }
function odd(n) { if (n == 0) { return 1 == 2; } return even(n - 1); }
function main() { println(even(1000)); println(odd(777)); println(even(13)); }
