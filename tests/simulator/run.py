"""``make simulate``: many histories, each from a seed; what failed is shrunk to a story."""
