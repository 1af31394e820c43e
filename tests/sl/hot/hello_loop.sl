// into the frame of a hot loop, whose variable changes its type by that
function main() {
  i = 0; hello = 0; seen = "";
  while (i < 20000) {
    hello = hello + 1;
    if (i == 15000) { helloEqualsWorld(); seen = hello; hello = 0; }
    i = i + 1;
  }
  println(seen);
  println(hello);
}
