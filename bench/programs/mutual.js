// Two functions that call each other.
function even(n) { if (n === 0) return true; return odd(n - 1); }
function odd(n) { if (n === 0) return false; return even(n - 1); }
let n = 0;
for (let i = 0; i < 200000; i++)
  if (even(i - ((i / 1000) | 0) * 1000)) n++;
console.log(n);
