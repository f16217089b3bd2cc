"""What a member put off for some days."""
