// there is none
function main() { addToHostClassPath("x.jar"); }
