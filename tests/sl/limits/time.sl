// options: --max-time=50
function main() { i = 0; while (1 == 1) { i = i + 1; } }
