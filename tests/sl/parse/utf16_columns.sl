// columns count UTF-16 units
function main() { x = "ä😀" #; }
