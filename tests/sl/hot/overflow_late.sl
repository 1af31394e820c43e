// the first overflow after many iterations
function step(x, i) { return x + i * 1000003; }
function main() {
  x = 9223372036854775807 - 300000000000000; i = 0;
  while (i < 40000) { x = step(x, i); i = i + 1; }
  println(x);
  println(step(1, 1));
}
