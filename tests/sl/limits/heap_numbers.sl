// options: --max-heap=2M
function main() { p = 3; while (1 == 1) { p = p * p; } }
