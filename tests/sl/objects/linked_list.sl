// a list of objects, which ends with NULL
function push(list, v) { n = new(); n.value = v; n.next = list; return n; }
function nothing() { }
function main() {
  list = nothing(); i = 1;
  while (i <= 100) { list = push(list, i); i = i + 1; }
  s = 0;
  while (list != nothing()) { s = s + list.value; list = list.next; }
  println(s);
}
