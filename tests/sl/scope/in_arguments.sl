// assignments count wherever they are in an expression
function id(x) { return x; }
function main() {
  println(id(a = 1) + id(id(b = 2)));
  o = new();
  o[c = "key"] = d = 4;
  println(a + b + c + d + o.key);
}
