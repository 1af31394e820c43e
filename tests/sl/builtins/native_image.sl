// programs for a Java host ask first
function main() {
  if (inNativeImage()) { println("no host"); } else { java("x"); }
}
