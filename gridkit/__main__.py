"""``python -m gridkit``, and the command ``gridkit``: ready for Ctrl-C before anything large is loaded."""

import os
import signal
import sys

STOPPED = 130


def _leave(_signal: int, _frame: object) -> None:
    """Say that nothing was done, and end at once: what is being loaded would only answer with a traceback."""
    sys.stderr.write("stopped; nothing was written and no file was changed: run it again to start over\n")
    sys.stderr.flush()
    os._exit(STOPPED)


def main() -> None:
    """Run the command line of this process."""
    signal.signal(signal.SIGINT, _leave)
    from gridkit import cli  # loaded when Ctrl-C is answered

    cli.main()


if __name__ == "__main__":
    main()
