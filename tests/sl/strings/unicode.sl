// text is not ASCII only
function main() {
  println("äöü 中文 😀");
  o = new();
  o["ü"] = 1;
  println(o["ü"]);
  println("😀" == "😀");
}
