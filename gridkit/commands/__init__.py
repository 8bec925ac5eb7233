"""The commands of the command line by what they do; each takes options in, calls one recipe, and reports.

Their modules leave out ``from __future__ import annotations``: Typer would evaluate every annotation again, which is a
third of the time that ``gridkit --help`` takes.
"""
