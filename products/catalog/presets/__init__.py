"""How other systems write products."""
