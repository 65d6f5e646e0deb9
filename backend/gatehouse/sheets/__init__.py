"""Spreadsheets in and out: people, posts, units with residents, known vehicles (PROTOCOL §15)."""
