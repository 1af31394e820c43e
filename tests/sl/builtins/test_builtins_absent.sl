// without their option they are undefined
function main() { assertTrue(1 == 1, "x"); }
