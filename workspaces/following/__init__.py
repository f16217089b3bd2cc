"""Following records: who watches what, what they are told in the app, and by letter."""
