"""The best plan of a small piece, and the proof of it."""
