// a variable of all types
function main() {
  x = 1; println(x + 1);
  x = "s"; println(x + 1);
  x = 1 == 1; println(x + "1");
  x = new(); x.p = 2; println(x.p + 1);
  x = x.p; println(x + 1);
  x = println; x("called");
}
