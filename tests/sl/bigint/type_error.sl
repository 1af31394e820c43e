// a number like any other
function main() {
  return 9223372036854775808 - "1";
}
