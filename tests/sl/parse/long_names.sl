// names and keywords
function main() {
  iff = 1; whilex = 2; _ = 3; $ = 4; returned = 5;
  println(iff + whilex + _ + $ + returned);
}
