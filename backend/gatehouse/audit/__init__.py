"""The server's signing key, the log of decisions, and stamps over it."""
