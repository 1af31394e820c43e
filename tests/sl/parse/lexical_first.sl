// an unknown token is met before the syntax error that it is part of
function main() { x = ) @; }
