print("loading", ...)
return {name = ..., value = 42}
