// functions in properties
function area_square(s) { return s.a * s.a; }
function area_rectangle(s) { return s.a * s.b; }
function square(a) { s = new(); s.a = a; s.area = area_square; return s; }
function rectangle(a, b) { s = new(); s.a = a; s.b = b; s.area = area_rectangle; return s; }
function main() {
  i = 0; sum = 0;
  while (i < 4000) {
    s = square(i); sum = sum + s.area(s);
    s = rectangle(i, 2); sum = sum + s.area(s);
    i = i + 1;
  }
  println(sum);
}
