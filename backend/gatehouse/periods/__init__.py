"""Closed periods: a team's month that nobody edits any more."""
