"""What may be chosen, stated once: every command and option, by name, kind, default, help and group."""
