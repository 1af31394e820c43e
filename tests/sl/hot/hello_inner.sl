// only the immediate caller is changed
function inner(h) { hello = h; helloEqualsWorld(); return hello; }
function outer(n) { hello = n; x = inner(n); return hello + x; }
function main() {
  i = 0; s = "";
  while (i < 1000) { s = outer(i); i = i + 1; }
  println(s);
}
