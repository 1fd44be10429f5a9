// Begun here; the files beside this one fill it.
