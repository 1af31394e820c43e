-- lines of chunks and functions on which something is done
local function show(f)
  local lines = {}
  for l in pairs(debug.getinfo(f, "L").activelines) do lines[#lines + 1] = l end
  table.sort(lines)
  print(table.concat(lines, " "))
end
show(load("\n\n return 1"))
show(load("\nlocal a\n\nprint(a)"))
show(function(a)

  local b = 20

  return a
end)
