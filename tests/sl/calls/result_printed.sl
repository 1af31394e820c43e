// the result of a run is printed unless it is NULL
function main() {
  println("printed");
  return "result";
}
