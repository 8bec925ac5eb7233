"""Integrated response: what several departments do for one order, and counters in one place."""
