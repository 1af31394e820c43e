
-- Runs a benchmark: once, or in turns; see README.md.
local function turns()
  local now, times = os.clock, {}
  local last = now() + @MS@ / 1000
  repeat
    times[#times + 1] = string.format("%.0f\n", now() * 1e9)
    bench(@SIZE@)
  until now() >= last
  times[#times + 1] = string.format("%.0f\n", now() * 1e9)
  io.write(table.concat(times))
end
if @MS@ == 0 then
  io.write(string.format("%.0f\n", bench(@SIZE@)))
else
  turns()
end
