// errors show long values in full
function main() {
  s = "0123456789"; i = 0;
  while (i < 7) { s = s + s; i = i + 1; }
  return s - 1;
}
