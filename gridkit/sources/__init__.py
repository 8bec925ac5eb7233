"""Readers of what people have: tables, vectors, rasters and OpenStreetMap, in any encoding and datum."""
