"""Lasting: how long groups and volunteers stay active, and what remains of an effort after its peak."""
