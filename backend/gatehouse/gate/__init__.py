"""The gate: the visitor log."""
