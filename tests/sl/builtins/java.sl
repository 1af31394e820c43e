// there is none
function main() { java("java.lang.Thread"); }
