// options: --trace=rewrite,deopt,invalidate --compile=sync
// An inline cache knows one shape, then two.
function area(s) { return s.width * s.height; }
function square(n) { s = new(); s.width = n; s.height = n; return s; }
function flat(n) { s = new(); s.height = 1; s.width = n; return s; }
function main() {
  i = 0; sum = 0;
  while (i < 1000) { sum = sum + area(square(i)); i = i + 1; }
  println(sum + area(flat(5)));
}
