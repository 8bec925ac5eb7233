"""How long each command takes on a small finished plan, beside importing the libraries of the field alone.

CPU of whole processes, in turn, so that a busy machine slows down both alike, with bytecode kept, as an installed
package has it, whatever PYTHONDONTWRITEBYTECODE says::

    python benchmarks/startup.py [RUNS]

``--help`` is measured beside ``import typer``, everything else beside ``import geopandas, pyogrio, rasterio, osmium``.
The last column is a command's CPU in times of its yardstick's.
"""

from __future__ import annotations

import os
import resource
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path

TYPER, LIBRARIES = "import typer", "import geopandas, pyogrio, rasterio, osmium"
GOAL = 2.0

PREPARED = """
import sys
import gridkit as gk
files = gk.demo(sys.argv[1], only_files=True)
plan = gk.split(
    f"{files['district']}:communities", parents="code", osm=files["osm"], people=files["population"], effort=0.01
)
gk.write_plan(plan, sys.argv[1] + "/plan.gpkg")
"""


def cases(folder: Path) -> dict[str, list[str]]:
    """Return the command lines by what they are called."""
    plan, out = str(folder / "plan.gpkg"), folder / "out"

    def to(name: str) -> list[str]:
        return ["-o", str(out / name), "--overwrite"]

    return {
        "--help": ["--help"],
        "exit-codes": ["exit-codes"],
        "layers": ["layers"],
        "maps": ["maps"],
        "presets": ["presets"],
        "inspect": ["inspect", str(folder / "facilities.xlsx")],
        "history": ["history", plan],
        "codes": ["codes", plan, *to("codes.gpkg")],
        "audit": ["audit", plan],
        "compare": ["compare", plan, plan],
        "export": ["export", plan, *to("grids.geojson")],
        "report": ["report", plan, *to("report.xlsx")],
        "cards": ["cards", plan, *to("cards.pdf")],
        "edits list": ["edits", "list", plan],
        "layer balance": ["layer", plan, "balance", *to("balance.gpkg")],
        "layer clinics": ["layer", plan, "clinics", *to("clinics.gpkg")],
        "layer incidents": [
            "layer", plan, "incidents", "--data", str(folder / "incidents.csv"), "--datum", "gcj02", *to("laid.gpkg")
        ],
        "map": ["map", plan, *to("map.html")],
    }  # fmt: skip


def cpu(arguments: list[str], folder: Path, *, answers: tuple[int, ...] = (0, 9)) -> float:
    """Return the user and system seconds of one process; an audit that finds something (9) has run as well."""
    kept = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    done = subprocess.run(  # noqa: S603 - our own commands
        [sys.executable, *arguments],
        check=False,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
        env=kept | {"PYTHONPYCACHEPREFIX": str(folder / "bytecode")},
    )
    if done.returncode not in answers:
        raise SystemExit(f"{' '.join(arguments)}: {done.stderr}")
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def main() -> None:
    """Print the medians and their ratios."""
    runs = int(sys.argv[1]) if len(sys.argv) > 1 else 7
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "out").mkdir()
        cpu(["-c", PREPARED, name], folder)
        lines = {TYPER: ["-c", TYPER], LIBRARIES: ["-c", LIBRARIES]}
        lines |= {case: ["-m", "gridkit", *words] for case, words in cases(folder).items()}
        for words in lines.values():  # what is compiled is compiled once
            cpu(words, folder)
        seconds: dict[str, list[float]] = {case: [] for case in lines}
        for _ in range(runs):
            for case, words in lines.items():
                seconds[case].append(cpu(words, folder))
    medians = {case: statistics.median(values) for case, values in seconds.items()}
    for case, value in medians.items():
        ratio = value / medians[TYPER if case == "--help" else LIBRARIES]
        print(f"{case:50} {value * 1000:7.0f} ms CPU  {ratio:5.2f}")
    over = [case for case in cases(Path()) if medians[case] > GOAL * medians[LIBRARIES]]
    print(f"median of {runs}; over {GOAL:g} times the libraries: {', '.join(over) or 'none'}")


if __name__ == "__main__":
    main()
