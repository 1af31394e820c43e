-- Texts that are put together of pieces, and changed.
local function row(i)
  local cells = {}
  for k = 1, 8 do cells[k] = "<td>" .. i * k .. "</td>" end
  return "<tr>" .. table.concat(cells, " ") .. "</tr>"
end

local function page(rows)
  local lines, length = { "<table>" }, 0
  for i = 1, rows do
    lines[#lines + 1] = row(i)
    length = length + #lines[#lines]
  end
  lines[#lines + 1] = "</table>"
  return table.concat(lines, "\n"), length
end

local function hash(text)
  local sum = 0
  for i = 1, #text do sum = (sum * 33 + text:byte(i)) % 1000003 end
  return sum
end

function bench(size)
  local sum = 0
  for turn = 1, size do
    local text, length = page(20)
    local plain = text:gsub("<[^>]*>", "")
    local upper = text:sub(1, 500):upper():rep(2, "-")
    local words = 0
    for word in plain:gmatch("%d+") do words = words + #word end
    sum = (sum + hash(upper) + hash(plain) + length + words) % 1000003
  end
  return sum
end
