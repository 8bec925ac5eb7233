"""OpenStreetMap files, read in one pass, and Overpass."""
