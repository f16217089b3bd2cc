"""Which rules a product has to obey where it is sold, and the evidence that it does."""
