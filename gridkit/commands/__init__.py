"""The commands: each takes the console and what was given by name, calls one recipe, and reports."""
