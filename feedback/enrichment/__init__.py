"""What a worker reads out of a note: its language, and how it is meant and by which words."""
