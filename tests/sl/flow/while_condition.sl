// must be a Boolean, each time
function main() {
  i = 2;
  go = 1 == 1;
  while (go) {
    println(i);
    i = i - 1;
    if (i == 0) { go = "stop"; }
  }
}
