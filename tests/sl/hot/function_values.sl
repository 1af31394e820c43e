// functions chosen by data
function add(a, b) { return a + b; }
function sub(a, b) { return a - b; }
function mul(a, b) { return a * b; }
function main() {
  ops = new(); ops[0] = add; ops[1] = sub; ops[2] = mul;
  i = 0; x = 0;
  while (i < 15000) {
    x = ops[i - i / 3 * 3](x, i);
    if (x > 1000000000) { x = 1; }
    if (x < 0 - 1000000000) { x = 2; }
    i = i + 1;
  }
  println(x);
}
