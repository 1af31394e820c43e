// the right side only when needed
function yes(s) { println(s); return 1 == 1; }
function no(s) { println(s); return 1 == 2; }
function main() {
  println(yes("a") && no("b"));
  println(no("c") && yes("d"));
  println(yes("e") || yes("f"));
  println(no("g") || yes("h"));
  println(no("i") && yes("j") || yes("k"));
}
