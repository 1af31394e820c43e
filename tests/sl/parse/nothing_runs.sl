// nothing runs of a source with an error
function main() {
  println("no");
}
function f( { }
