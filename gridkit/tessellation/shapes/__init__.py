"""The shapes of units: blocks, cuts, cells."""
