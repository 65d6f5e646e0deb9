"""The cases behind ``sync/vectors``: one module per topic, each with ``SPEC`` and ``cases()``."""
