"""Segments: customers by what they are and what they bought, kept as a question."""
