// every kind of blank
function	main(
)
{	println ( 7 ) ;}
