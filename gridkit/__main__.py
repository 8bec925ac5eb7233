"""``python -m gridkit``."""

from gridkit.cli import main

main()
