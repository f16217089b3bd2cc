"""Documents of launches: what is asked for, the blocks that speak of one, and how far they are."""
