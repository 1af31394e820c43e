// options: --max-heap=2M
function main() {
  s = "0123456789"; o = new(); i = 0;
  while (1 == 1) { s = s + s; o[i] = s + "a" == s + "b"; i = i + 1; }
}
