"""People without an account: links that open something to them, and who comes in by which."""
