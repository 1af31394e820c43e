// options: --max-time=50
function f(n) { if (n == 0) { return 0; } f(n - 1); return f(n - 1); }
function main() { f(100); }
