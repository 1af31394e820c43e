// more targets than a call site remembers; remarks: indirect call
function a(x) { return x + 1; }
function b(x) { return x - 2; }
function c(x) { return x + 3; }
function d(x) { return x - 4; }
function e(x) { return x + 5; }
function f(x) { return x - 6; }
function g(x) { return x + 7; }
function h(x) { return x - 8; }
function k(x) { return x + 9; }
function main() {
  fa = a; fb = b; fc = c; fd = d; fe = e; ff = f; fg = g; fh = h; fk = k;
  i = 0; x = 0;
  while (i < 20000) {
    next = fa;
    fa = fb; fb = fc; fc = fd; fd = fe; fe = ff; ff = fg; fg = fh; fh = fk; fk = next;
    x = next(x);
    i = i + 1;
  }
  println(x);
}
