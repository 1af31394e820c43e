print(collectgarbage("count") > 0, collectgarbage("isrunning"), collectgarbage("stop"), collectgarbage("isrunning"), collectgarbage("restart"), collectgarbage("isrunning"))
print(pcall(collectgarbage, "nope"), pcall(collectgarbage, 5))
local t = {} for i = 1, 2000 do t[i % 10 + 1] = {i, tostring(i)} end collectgarbage()
print(#t, t[1][1])
