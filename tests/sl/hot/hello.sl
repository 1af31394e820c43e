// a callee that writes into the frame of its hot caller
function f(n) {
  hello = n;
  if (n - n / 1000 * 1000 == 999) { helloEqualsWorld(); }
  return hello;
}
function main() {
  i = 0; worlds = 0; sum = 0;
  while (i < 20000) {
    x = f(i);
    if (x == "world") { worlds = worlds + 1; } else { sum = sum + x; }
    i = i + 1;
  }
  println(worlds);
  println(sum);
}
