-- A parser for JSON that reads a text byte by byte.
local byte, sub, find = string.byte, string.sub, string.find

local Parser = {}
Parser.__index = Parser

function Parser:space()
  local text, at = self.text, self.at
  local c = byte(text, at)
  while c == 32 or c == 10 or c == 9 or c == 13 do
    at = at + 1
    c = byte(text, at)
  end
  self.at = at
  return c
end

function Parser:expect(c)
  if self:space() ~= c then
    error("expected " .. string.char(c) .. " at " .. self.at)
  end
  self.at = self.at + 1
end

local escapes = { [110] = "\n", [116] = "\t", [34] = '"', [92] = "\\" }

function Parser:string()
  self:expect(34)
  local text, start, parts = self.text, self.at, ""
  local at = start
  while true do
    local c = byte(text, at)
    if c == 34 then
      self.at = at + 1
      return parts .. sub(text, start, at - 1)
    elseif c == 92 then
      parts = parts .. sub(text, start, at - 1) .. escapes[byte(text, at + 1)]
      at = at + 2
      start = at
    else
      at = at + 1
    end
  end
end

function Parser:number()
  local text, at, value, sign = self.text, self.at, 0, 1
  local c = byte(text, at)
  if c == 45 then
    sign, at = -1, at + 1
    c = byte(text, at)
  end
  while c and c >= 48 and c <= 57 do
    value = value * 10 + (c - 48)
    at = at + 1
    c = byte(text, at)
  end
  self.at = at
  return sign * value
end

function Parser:array()
  local items = {}
  self:expect(91)
  if self:space() == 93 then
    self.at = self.at + 1
    return items
  end
  while true do
    items[#items + 1] = self:value()
    if self:space() == 93 then break end
    self:expect(44)
  end
  self.at = self.at + 1
  return items
end

function Parser:object()
  local fields = {}
  self:expect(123)
  if self:space() == 125 then
    self.at = self.at + 1
    return fields
  end
  while true do
    self:space()
    local name = self:string()
    self:expect(58)
    fields[name] = self:value()
    if self:space() == 125 then break end
    self:expect(44)
  end
  self.at = self.at + 1
  return fields
end

function Parser:word(word, value)
  local _, last = find(self.text, word, self.at, true)
  self.at = last + 1
  return value
end

function Parser:value()
  local c = self:space()
  if c == 123 then return self:object() end
  if c == 91 then return self:array() end
  if c == 34 then return self:string() end
  if c == 116 then return self:word("true", true) end
  if c == 102 then return self:word("false", false) end
  return self:number()
end

local function document(items)
  local parts = {}
  for i = 1, items do
    parts[i] = string.format(
      '{"id": %d, "name": "item \\"%d\\"", "tags": ["a", "b%d", []],\n' ..
      '  "size": {"x": %d, "y": -%d}, "ready": %s}',
      i, i * 3, i % 10, i * 7, i, i % 2 == 0 and "true" or "false")
  end
  return "[" .. table.concat(parts, ", ") .. "]"
end

function bench(size)
  local text, sum = document(50), 0
  for turn = 1, size do
    local parser = setmetatable({ text = text, at = 1 }, Parser)
    local items = parser:value()
    for i = 1, #items do
      local item = items[i]
      sum = (sum + item.id * item.size.x + item.size.y + #item.name +
             #item.tags[2] + (item.ready and 1 or 2)) % 1000003
    end
  end
  return sum
end
