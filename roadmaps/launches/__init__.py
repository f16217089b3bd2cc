"""Bringing products to markets on a day: launches, their templates, tasks and tier."""
