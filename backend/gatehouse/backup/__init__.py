"""Copies of the database: taken while the server runs, proved at once, put back under a new epoch (P28)."""
