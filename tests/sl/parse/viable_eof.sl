// a prediction at the end of the text
function main() { x = 1 *
