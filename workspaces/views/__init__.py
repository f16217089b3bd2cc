"""Saved views: a list as somebody wants to see it again, kept by name."""
