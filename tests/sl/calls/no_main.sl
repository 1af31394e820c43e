// without main nothing happens
function foo() { println("no"); }
