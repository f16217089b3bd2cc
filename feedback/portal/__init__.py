"""Portals: ideas for people without an account, as far as somebody chose to show them."""
