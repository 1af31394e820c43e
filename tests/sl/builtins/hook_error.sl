// functions only
function main() { registerShutdownHook("f"); }
