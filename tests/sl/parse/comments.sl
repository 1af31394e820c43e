// comments
/* one */ function /* two */ main(/**/) { // three
  println(1 /* * / */ + 2); /* a
  b */ println("/* no */"); // */
}
//
