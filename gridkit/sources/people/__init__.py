"""Where people are, and official totals."""
