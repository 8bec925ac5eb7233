"""Datums, projections and coordinates written as text."""
