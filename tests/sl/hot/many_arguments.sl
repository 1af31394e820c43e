// more arguments than registers
function f(a, b, c, d, e, g, h, i, j, k) { return a - b + c - d + e - g + h - i + j - k; }
function main() {
  i = 0; sum = 0;
  while (i < 10000) { sum = sum + f(i, 1, 2, 3, 4, 5, 6, 7, 8, i); i = i + 1; }
  println(sum);
}
