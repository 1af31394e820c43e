for _, v in ipairs {"plain", 'quo"te', "back\\slash", "new\nline", "nul\0", "nul\0001",
    "\r\t\1", 42, -7, math.mininteger, math.maxinteger, 1.5, 0.1, 1e100, 1 / 0, -1 / 0} do
    local q = ("%q"):format(v)
    print(q, load("return " .. q)() == v)
end
print(("%q"):format(0 / 0), ("%q"):format(nil), ("%q"):format(true))
print(pcall(string.format, "%q", {})) print(pcall(string.format, "%10q", "x"))
