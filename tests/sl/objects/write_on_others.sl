// the value is evaluated first
function show(x) { println(x); return x; }
function main() {
  s = "text";
  s[show(1) + show(2)] = show(3);
}
