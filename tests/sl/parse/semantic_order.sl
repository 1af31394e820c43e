// the first in the text, the outer before the inner
function main() {
  a() = (b() = 1);
  break;
}
