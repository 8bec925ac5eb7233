"""Participation: who starts what, what becomes of it, who gives and takes, and how long it lasts; aggregates alone."""
