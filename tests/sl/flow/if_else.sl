// both ways
function sign(n) {
  if (n < 0) { return "negative"; } else {
    if (n == 0) { return "zero"; } else { return "positive"; }
  }
}
function main() { println(sign(0 - 3)); println(sign(0)); println(sign(3)); }
