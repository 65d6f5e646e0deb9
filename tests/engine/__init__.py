"""The browser's own engine, in histories against the real server.

A package with a file of its own, for another distribution's `tests.engine` would be found before a folder without one.
"""
