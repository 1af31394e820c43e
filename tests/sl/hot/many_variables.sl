// more variables than registers
function main() {
  a = 1; b = 2; c = 3; d = 4; e = 5; f = 6; g = 7; h = 8; k = 9; l = 10; m = 11; n = 12;
  o = 13; p = 14; q = 15; r = 16; s = 17; t = 18; u = 19; v = 20;
  i = 0;
  while (i < 20000) {
    x = a; a = b; b = c; c = d; d = e; e = f; f = g; g = h; h = k; k = l; l = m; m = n;
    n = o; o = p; p = q; q = r; r = s; s = t; t = u; u = v; v = x;
    i = i + 1;
  }
  println("" + a + b + c + d + e + f + g + h + k + l + m + n + o + p + q + r + s + t + u + v);
}
