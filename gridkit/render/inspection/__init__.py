"""What is in files, to be read: as lines in a terminal of any width, and as a page."""
