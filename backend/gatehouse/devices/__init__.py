"""Enrolled browsers: their keys, chains, certificates and tokens."""
