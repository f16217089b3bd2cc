"""Composition root: everything that knows the whole house."""
