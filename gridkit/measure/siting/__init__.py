"""Where the next facilities go."""
