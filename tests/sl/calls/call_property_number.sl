// what is no function
function main() { o = new(); o.x = 5; o.x(1, 2, 3, 4, 5, 6, 7, 8, 9, 10); }
