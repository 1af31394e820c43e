// made, walked and reversed; remarks: unfolded tag check
function nothing() { }
function main() {
  list = nothing(); i = 0;
  while (i < 5000) { n = new(); n.v = i; n.next = list; list = n; i = i + 1; }
  sum = 0; p = list;
  while (p != nothing()) { sum = sum + p.v; p = p.next; }
  println(sum);
  r = nothing();
  while (list != nothing()) { next = list.next; list.next = r; r = list; list = next; }
  println(r.v + " " + r.next.v);
}
