// Calls with three arguments.
function tak(x, y, z) {
  if (y < x)
    return tak(tak(x - 1, y, z), tak(y - 1, z, x), tak(z - 1, x, y));
  return z;
}
function bench(size) {
  return tak(size, 15, 6);
}
