"""Measures: one table in, one Series or table on its index out."""
