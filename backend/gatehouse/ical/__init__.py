"""A person's shifts as a calendar that other programs fetch."""
