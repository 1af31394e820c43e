// columns count UTF-16 units
function main() { println("ä😀" + (1 - "a")); }
