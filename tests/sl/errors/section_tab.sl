// a tab is one column
function main() {
		return	1 - "a";
}
