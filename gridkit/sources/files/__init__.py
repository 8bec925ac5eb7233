"""Kinds of files, their layers, and what is in them."""
