-- Backtracking with bit sets.
local puzzle = "53..7....6..195....98....6.8...6...34..8.3..17...2...6.6....28....419..5....8..79"
local rows, cols, boxes, cells, free = {}, {}, {}, {}, {}
for i = 0, 8 do rows[i], cols[i], boxes[i] = 0, 0, 0 end
local function place(i, bit)
    local r, c = i // 9, i % 9
    local b = r // 3 * 3 + c // 3
    rows[r], cols[c], boxes[b] = rows[r] ~ bit, cols[c] ~ bit, boxes[b] ~ bit
end
for i = 0, 80 do
    local d = tonumber(puzzle:sub(i + 1, i + 1))
    if d then cells[i] = d place(i, 1 << d) else free[#free + 1] = i end
end
local tried = 0
local function solve(k)
    local i = free[k]
    if not i then return true end
    local r, c = i // 9, i % 9
    local used = rows[r] | cols[c] | boxes[r // 3 * 3 + c // 3]
    for d = 1, 9 do
        if used & 1 << d == 0 then
            tried = tried + 1
            cells[i] = d
            place(i, 1 << d)
            if solve(k + 1) then return true end
            place(i, 1 << d)
        end
    end
    cells[i] = nil
    return false
end
print(solve(1), tried)
for r = 0, 8 do print(table.concat(cells, " ", r * 9, r * 9 + 8)) end
