"""Shift swaps: a request, a colleague's word, a supervisor's decision."""
