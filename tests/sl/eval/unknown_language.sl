// only SL
function main() { eval("js", "1"); }
