// arguments are padded with NULL
function main() { defineFunction(); }
