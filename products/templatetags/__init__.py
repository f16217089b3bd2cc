"""What templates ask of products."""
