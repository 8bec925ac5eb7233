"""What a district costs from its files to map, workbook, cards and audit, by step and by size.

::

    python3 benchmarks/whole.py                            10,000, 60,000, 240,000 and 960,000 people
    python3 benchmarks/whole.py --sides 4 -o whole.json    960,000 people in 80 communities with 96,000 incidents
    python3 benchmarks/whole.py --sides 4 --open           the same without communities as walls
    python3 benchmarks/whole.py --sides 4 --keep FOLDER    and keep what was made

A district is the demo laid side by side, side x side times; a side of 0 is one of the demo's communities. Each is done
by ``gridkit run`` in a process of its own, and the steps' costs are those of its record.
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))
from benchmarks import batch  # noqa: E402 - the folder is no package that is installed

PROJECT = """
district = "districts.gpkg"
osm = ["national.osm.pbf"]
people = "national.tif"
map = ["planner", "official"]
audit = true
report = true
cards = true

[[layer]]
name = "incidents"
data = "national.csv"
datum = "gcj02"
accept = "all"

[[layer]]
name = "clinics"
"""
WALLS = 'parents = "code"\n'


def main() -> None:
    """Measure each size and print a row for it."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--sides", type=int, nargs="*", default=[0, 1, 2, 4])
    parser.add_argument("--open", action="store_true", help="communities are no walls")
    parser.add_argument("--keep", type=Path, help="a folder for the files; what is there is not made again")
    parser.add_argument("-o", "--output", type=Path)
    asked = parser.parse_args()
    rows = []
    for side in asked.sides:
        with tempfile.TemporaryDirectory(prefix="gridkit-whole-") as folder:
            kept = Path(folder) if asked.keep is None else asked.keep / f"side-{side}"
            rows.append(measured(kept, side, walls=not asked.open))
            print(json.dumps(rows[-1], ensure_ascii=False), flush=True)
    if asked.output:
        asked.output.write_text(json.dumps(rows, indent=1), encoding="utf-8")


def made(folder: Path, side: int) -> None:
    """Write the files of a district of side x side copies of the demo."""
    folder.mkdir(parents=True, exist_ok=True)
    communities = batch.tiled(folder, max(side * side, 1))
    if side == 0:
        communities = communities.iloc[:1]
    communities.to_file(folder / "districts.gpkg", layer="districts")


def measured(folder: Path, side: int, *, walls: bool) -> dict[str, object]:
    """Return what one district took, in all and by step."""
    if not (folder / "districts.gpkg").exists():
        made(folder, side)
    (folder / "gridkit.toml").write_text((WALLS if walls else "") + PROJECT, encoding="utf-8")
    out = folder / ("out" if walls else "open")
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    subprocess.run(  # noqa: S603 - this very project
        [
            sys.executable,
            "-W",
            "ignore",
            "-m",
            "gridkit",
            "run",
            str(folder / "gridkit.toml"),
            "-o",
            str(out),
            "--overwrite",
        ],
        check=True,
        env={"PYTHONPATH": str(ROOT), **os.environ},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    record = json.loads((out / "made.json").read_text(encoding="utf-8"))["made"]
    [facts] = [each["facts"] for each in record if each["step"] == "plan"]
    cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return {
        "people": round(facts["people"]),
        "grids": facts["grids"],
        "walls": walls,
        "cpu_s": round(cpu, 1),
        "peak_mb": round(max(each["cost"]["peak_mb"] for each in record)),
        "cpu_ms_per_person": round(cpu / facts["people"] * 1000, 3),
        "steps": {each["step"]: round(each["cost"]["cpu_s"], 1) for each in record},
        "load": round(os.getloadavg()[0], 1),
    }


if __name__ == "__main__":
    main()
