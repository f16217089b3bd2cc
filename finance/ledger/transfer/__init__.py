"""Orders, customers and costs in and out of files."""
