"""The commands of the command line by what they do; each takes options in, calls one recipe, and reports."""
