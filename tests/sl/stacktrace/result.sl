// a string without a line end
function main() {
  s = "<" + stacktrace() + ">";
  println(s);
}
