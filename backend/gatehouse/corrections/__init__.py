"""Corrections of missed punches, and posts where nobody could punch for a while."""
