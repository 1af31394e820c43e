// a type error in hot code, at the right place
function f(x, y) {
  return x * 2 +
         y;
}
function main() {
  i = 0; sum = 0;
  while (i < 20000) {
    if (i == 19000) { println(sum); f(1, main); }
    sum = sum + f(i, 1);
    i = i + 1;
  }
}
