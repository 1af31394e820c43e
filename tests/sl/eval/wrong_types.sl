// two strings
function main() { eval("sl"); }
