-- Bodies that attract each other, in steps of time.
local sqrt = math.sqrt

local function body(i)
  return { x = i * 1.5, y = i * i * 0.25, z = 3.0 / i,
           vx = 0.01 * i, vy = 0.02 / i, vz = -0.005 * i, mass = 1.0 / i }
end

local function advance(bodies, dt)
  local n = #bodies
  for i = 1, n do
    local a = bodies[i]
    for k = i + 1, n do
      local b = bodies[k]
      local dx, dy, dz = a.x - b.x, a.y - b.y, a.z - b.z
      local square = dx * dx + dy * dy + dz * dz
      local pull = dt / (square * sqrt(square))
      a.vx = a.vx - dx * b.mass * pull
      a.vy = a.vy - dy * b.mass * pull
      a.vz = a.vz - dz * b.mass * pull
      b.vx = b.vx + dx * a.mass * pull
      b.vy = b.vy + dy * a.mass * pull
      b.vz = b.vz + dz * a.mass * pull
    end
  end
  for i = 1, n do
    local a = bodies[i]
    a.x = a.x + dt * a.vx
    a.y = a.y + dt * a.vy
    a.z = a.z + dt * a.vz
  end
end

local function energy(bodies)
  local sum = 0
  for _, a in ipairs(bodies) do
    sum = sum + 0.5 * a.mass * (a.vx * a.vx + a.vy * a.vy + a.vz * a.vz)
  end
  return sum
end

function bench(size)
  local bodies = {}
  for i = 1, 5 do bodies[i] = body(i) end
  for i = 1, size do advance(bodies, 0.001) end
  return math.floor(energy(bodies) * 1e9)
end
