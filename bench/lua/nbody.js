// Bodies that attract each other, in steps of time.
function body(i) {
  return { x: i * 1.5, y: i * i * 0.25, z: 3.0 / i,
           vx: 0.01 * i, vy: 0.02 / i, vz: -0.005 * i, mass: 1.0 / i };
}

function advance(bodies, dt) {
  const n = bodies.length;
  for (let i = 0; i < n; i++) {
    const a = bodies[i];
    for (let k = i + 1; k < n; k++) {
      const b = bodies[k];
      const dx = a.x - b.x, dy = a.y - b.y, dz = a.z - b.z;
      const square = dx * dx + dy * dy + dz * dz;
      const pull = dt / (square * Math.sqrt(square));
      a.vx = a.vx - dx * b.mass * pull;
      a.vy = a.vy - dy * b.mass * pull;
      a.vz = a.vz - dz * b.mass * pull;
      b.vx = b.vx + dx * a.mass * pull;
      b.vy = b.vy + dy * a.mass * pull;
      b.vz = b.vz + dz * a.mass * pull;
    }
  }
  for (let i = 0; i < n; i++) {
    const a = bodies[i];
    a.x = a.x + dt * a.vx;
    a.y = a.y + dt * a.vy;
    a.z = a.z + dt * a.vz;
  }
}

function energy(bodies) {
  let sum = 0;
  for (const a of bodies)
    sum = sum + 0.5 * a.mass * (a.vx * a.vx + a.vy * a.vy + a.vz * a.vz);
  return sum;
}

function bench(size) {
  const bodies = [];
  for (let i = 1; i <= 5; i++) bodies.push(body(i));
  for (let i = 0; i < size; i++) advance(bodies, 0.001);
  return Math.floor(energy(bodies) * 1e9);
}
