"""People, roles, passwords, sessions."""
