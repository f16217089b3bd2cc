"""Telling other systems what happened: signed, retried, logged, and only to public addresses."""
