// helloEqualsWorld sets the caller's variable
function f() {
  hello = "unset";
  println(helloEqualsWorld());
  println(hello);
}
function g() {
  other = 1;
  println(helloEqualsWorld());
  println(other);
  println(hello);
}
function main() { hello = 3; f(); g(); println(hello); }
