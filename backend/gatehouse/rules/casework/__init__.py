"""Plays a situation of a case through the same rules that the server asks, and keeps what was decided."""
