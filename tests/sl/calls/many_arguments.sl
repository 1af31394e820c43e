// more than fit in registers, and many more
function twelve(a, b, c, d, e, f, g, h, i, j, k, l) {
  return "" + a + b + c + d + e + f + g + h + i + j + k + l;
}
function five(a, b, c, d, e) { return a + b * 10 + c * 100 + d * 1000 + e * 10000; }
function main() {
  println(twelve(1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12));
  println(five(1, 2, 3, 4, 5));
  println(five(1, 2, 3, 4, 5, 6, 7, 8, 9, 10));
  println(twelve(1, 2, 3, 4));
  println(five(five(1, 1, 1, 1, 1), 0, 0, 0, five(0, 0, 0, 0, 1)));
}
