"""Whole jobs, one file a command: the only place where the parts of gridkit meet."""
