local function t(...) print(pcall(...)) end
t(string.pack,"i17",1) t(string.pack,"i0",1) t(string.pack,"!3 i4",1) t(string.pack,"!16i3",1) t(string.pack,"Xz") t(string.pack,"X")
t(string.pack,"Xc1") t(string.pack,"c") t(string.pack,"y") t(string.pack,"b",200) t(string.pack,"B",256) t(string.pack,"B",-1)
t(string.pack,"z","a\0b") t(string.pack,"c2","abc") t(string.pack,"s1",("x"):rep(256)) t(string.packsize,"s") t(string.packsize,"z")
t(string.unpack,"i4","abc") t(string.unpack,"z","abc") t(string.unpack,"s1","\5abc") t(string.unpack,"i9","123456789") t(string.unpack,"b","a",3) t(string.unpack,"b","a",0)
t(string.packsize,"c2147483647c10") t(string.pack, "i4294967296", 1) t(string.packsize, "!8 b Xd d i3 Xi8") t(string.pack,"X ") t(string.pack,"XX")
t(string.pack, "i4Xi4", 1) t(string.pack, "d", "x") t(string.pack, "i", 1.5) t(string.pack, "z", {}) t(string.pack, "i")
t(string.pack, "c2147483648", "x")
