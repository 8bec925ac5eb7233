"""Many districts: which they are, their parts of national files, who does them, and the journal of it."""
