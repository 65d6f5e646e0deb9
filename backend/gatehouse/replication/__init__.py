"""Push, pull, live: the server's half of PROTOCOL. Knows kinds only through what features register."""
