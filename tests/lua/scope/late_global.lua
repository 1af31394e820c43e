-- a global that was made before its name was in any text
_G["late" .. "ly"] = 5
print(load("return lately")())
lately = 6 print(rawget(_G, "late" .. "ly"))
