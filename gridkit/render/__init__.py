"""Maps and papers drawn from a plan."""
