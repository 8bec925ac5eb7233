"""What gridkit can tell of itself."""

from __future__ import annotations

from gridkit.errors import EXIT_CODES
from gridkit.face import face


@face("exit-codes")
def exit_codes() -> dict[int, str]:
    """Return what each exit code of the command line means."""
    return dict(EXIT_CODES)
