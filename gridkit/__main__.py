"""``python -m gridkit``, and the command ``gridkit``: ready for Ctrl-C before anything large is loaded."""

import gc
import os
import signal
import sys

STOPPED = 130
RARELY = 20_000
"""New objects before the collector of cycles looks for any: at Python's 700 it went through all that the libraries of
the field hold hundreds of times a command, a tenth of its time, and freed next to nothing."""


def _leave(_signal: int, _frame: object) -> None:
    """Say that nothing was done, and end at once: what is being loaded would only answer with a traceback."""
    sys.stderr.write("stopped; nothing was written and no file was changed: run it again to start over\n")
    sys.stderr.flush()
    os._exit(STOPPED)


def main() -> None:
    """Run the command line of this process."""
    signal.signal(signal.SIGINT, _leave)
    gc.set_threshold(RARELY, 10, 10)
    from gridkit import cli  # loaded when Ctrl-C is answered

    cli.main()


if __name__ == "__main__":
    main()
