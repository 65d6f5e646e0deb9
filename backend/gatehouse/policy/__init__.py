"""Which regulation a team follows from when, what an admin set otherwise, and which days are holidays."""
