// over several lines
function main() {
  x = 1 +
      2 *
      "a";
}
