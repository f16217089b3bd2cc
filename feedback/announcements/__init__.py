"""Announcements: telling those who asked what became of it, once, and the changelog."""
