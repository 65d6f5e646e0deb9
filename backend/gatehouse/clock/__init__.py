"""Clocking in and out: punches as facts."""
