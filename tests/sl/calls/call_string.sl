// what is no function
function main() { x = "println"; x("no"); }
