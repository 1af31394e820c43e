// o.x, o["x"] and o[k] are the same; so are o[1] and o["1"]
function main() {
  o = new();
  k = "x";
  o.x = 1;
  println(o["x"]);
  println(o[k]);
  o[k + "y"] = 2;
  println(o.xy);
  o[1] = "one";
  println(o["1"]);
  o["2"] = "two";
  println(o[1 + 1]);
  o[1 == 1] = "yes";
  println(o["true"]);
  o[main] = "function";
  println(o.main);
}
