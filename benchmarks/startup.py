"""How long the command line takes to say its help, beside importing Typer alone: CPU of whole processes, in turn.

``python benchmarks/startup.py [RUNS]``
"""

from __future__ import annotations

import resource
import statistics
import subprocess
import sys

CASES = {"import typer": ["-c", "import typer"], "gridkit --help": ["-m", "gridkit", "--help"]}


def cpu(arguments: list[str]) -> float:
    """Return the user and system seconds of one process."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    subprocess.run([sys.executable, *arguments], check=True, stdout=subprocess.DEVNULL)  # noqa: S603 - our own commands
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def main() -> None:
    """Print the medians and their ratio."""
    runs = int(sys.argv[1]) if len(sys.argv) > 1 else 21
    seconds: dict[str, list[float]] = {name: [] for name in CASES}
    for _ in range(runs):
        for name, arguments in CASES.items():
            seconds[name].append(cpu(arguments))
    medians = {name: statistics.median(values) for name, values in seconds.items()}
    for name, value in medians.items():
        print(f"{name:16} {value * 1000:6.1f} ms CPU, median of {runs}")
    print(f"ratio            {medians['gridkit --help'] / medians['import typer']:6.2f}")


if __name__ == "__main__":
    main()
