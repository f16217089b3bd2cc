"""Blind rounds: several people rate the same items, none seeing the others until all are shown."""
