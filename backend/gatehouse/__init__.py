"""Gatehouse: doors, desks and duty that are recorded even with no network."""
