// a parameter that changes its type when the function is hot
function add(a, b) { return a + b; }
function main() {
  i = 0; x = 0;
  while (i < 30000) { x = add(x, i); i = i + 1; }
  println(x);
  println(add("a", "b"));
  println(add(9223372036854775807, 1));
  i = 0; s = "";
  while (i < 1000) { s = add(s, 1); x = add(x, 1); i = i + 1; }
  println(add(s, s) == add(s, "") + s);
  println(x);
}
