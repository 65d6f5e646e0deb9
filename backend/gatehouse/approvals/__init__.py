"""Who decides about a person's request, level by level."""
