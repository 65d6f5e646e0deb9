"""The pure half of the sync layer: no I/O, no clock, no randomness; stdlib and msgspec only.

Every module follows the numbered steps of ``sync/PROTOCOL.md`` and has a twin of the same name in
``sync/browser``; both run the cases in ``sync/vectors``.
"""

PROTOCOL_VERSION = 1
SUPPORTED = 3
"""How many protocol versions before its own a server still speaks."""
OLDEST_PROTOCOL = max(1, PROTOCOL_VERSION - SUPPORTED)
"""The oldest app that may exchange (6.8): an older one keeps its acts until it is updated."""
