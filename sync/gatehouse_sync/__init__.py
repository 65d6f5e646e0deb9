"""The pure half of the sync layer: no I/O, no clock, no randomness; stdlib and msgspec only.

Every module follows the numbered steps of ``sync/PROTOCOL.md`` and has a twin of the same name in
``sync/browser``; both run the cases in ``sync/vectors``.
"""

PROTOCOL_VERSION = 1
