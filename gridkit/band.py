"""The band: the range of size that grids are to lie in."""

TOLERANCE = 0.1
"""Share a grid may be off a target that the user gave without saying more."""
