// new makes objects only
function main() {
  println(new(1));
}
