"""Work that is owed: one row a job, done by one process at a time."""
