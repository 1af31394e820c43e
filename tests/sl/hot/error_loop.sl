// a type error in a hot loop
function main() {
  i = 0; x = 10;
  while (i < 20000) {
    if (i == 15000) { x = "ten"; }
    y = x - i;
    i = i + 1;
  }
}
