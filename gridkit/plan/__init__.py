"""Plans: which unit belongs to which grid, how they are coded, audited, compared and edited."""
