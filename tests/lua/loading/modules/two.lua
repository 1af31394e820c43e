two_loaded = (two_loaded or 0) + 1
