"""gridkit: governance grids from a district, its people and its lines."""
