"""Whether the made-up district and three real places are split as they were: same inputs and seed, same plan.

::

    python3 benchmarks/digests.py                        split each place and compare it with digests.json
    python3 benchmarks/digests.py demo vologda           these alone
    python3 benchmarks/digests.py --write                keep what is found as what is to be found
    python3 benchmarks/digests.py --demo FOLDER          on files of the made-up district that were made before

Each place is split by the command line, with the options of the README, docs/sao-paulo.md and the tests of real places,
at seed 0 and a tenth of the usual effort; what is compared is read from the plan's file by GDAL alone, so that the same
script judges any version that knows these options: ``PYTHONPATH=OTHER_CHECKOUT python3 benchmarks/digests.py``. Parts,
in the order in which one follows from the other, so that the first that differs tells where to look:

units      names and corners of the units, to the millimetre
people     people and households of each unit, to nine digits
borders    which units touch, along how many metres (to the millimetre), and what runs there
labels     which units are together, whatever a grid is called
codes      what each unit's grid is called
measures   units, people, households, area and outline of each grid, to nine digits

Beside them stand grids, the share of them in the band, and the metres of border between grids. Exit code 1 where a part
differs, 2 where a place could not be split. Other versions of GEOS or numpy may round otherwise, so the table says with
which it was made; real data is read from ``GRIDKIT_REAL_DATA`` (else ``../shared/data``), and places without are named.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import os
import platform
import subprocess
import sys
import tempfile
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
import pyogrio
import shapely

if TYPE_CHECKING:
    from collections.abc import Mapping

    import geopandas as gpd

ROOT = Path(__file__).resolve().parents[1]
DATA = Path(os.environ.get("GRIDKIT_REAL_DATA") or ROOT.parent / "shared" / "data").resolve()
KEPT = Path(__file__).with_suffix(".json")
PARTS = ("units", "people", "borders", "labels", "codes", "measures")
FACTS = ("grids", "in_band", "between_m")
COUNTED = ("people", "households")
VERSIONS = ("numpy", "numba", "scipy", "shapely", "geopandas", "highspy")
DIGITS, MILLIMETRE = 9, 3
EFFORT = 0.1
"""A short search tells as well as a long one whether anything changed."""


# ------------------------------------------------------------------ the places
def places(demo: Path) -> dict[str, list[str]]:
    """Return how each place is split: the arguments of ``gridkit split``."""
    spo, hel, vol = (DATA / name for name in ("sao-paulo-centre", "helsinki-core", "vologda"))
    cells, hexagons = hel / "helsinki_population_grid_2020.gpkg", spo / "spo_hexgrid_EPSG32723.gpkg.zip"
    walled = [f"{demo / 'district.gpkg'}:communities", "--parents", "code", "--osm", f"{demo / 'district.osm.pbf'}"]
    walled += ["--people", f"{demo / 'population.tif'}"]
    kinds = {"roads": "roads", "rails": "railways", "water": "water", "buildings": "buildings"}
    own = [word for kind, name in kinds.items() for word in ("--feature", f"{kind}={vol / name}.parquet")]
    return {
        "demo": [*walled, "--households", f"{demo / 'households.csv'}"],
        "readme": [*walled, "--target", "1000"],
        "helsinki": [
            f"{cells}",
            *("--osm", f"{hel / 'Helsinki.osm.pbf'}", "--people", f"{cells}:population", "--target", "1000"),
        ],
        "sao-paulo": [
            f"{hexagons}",
            *("--osm", f"{spo / 'spo_osm.pbf'}", "--people", f"{hexagons}:population", "--target", "1600"),
        ],
        "vologda": [
            f"{vol / 'boundaries.parquet'}",
            *(*own, "--people", f"{vol / 'buildings.parquet'}:population", "--target", "2000"),
        ],
    }


def run(*words: str) -> str:
    """Return what a command of gridkit prints."""
    command = [sys.executable, "-W", "ignore", "-m", "gridkit", *words]
    # What PYTHONPATH names is judged, else this checkout; what stands in the folder it runs in would come before both.
    env = {"PYTHONPATH": str(ROOT), **os.environ, "GRIDKIT_LANG": "en"}
    return subprocess.run(  # noqa: S603 - this very project
        command, check=True, env=env, text=True, stdout=subprocess.PIPE, cwd=tempfile.gettempdir()
    ).stdout


def split(words: list[str], folder: Path) -> dict[str, Any]:
    """Return the digests and facts of a place, split into a plan in a folder."""
    plan = folder / "plan.gpkg"
    quick = ["--seed", "0", "--effort", str(EFFORT)]
    report = json.loads(run("split", *words, *quick, "-o", str(plan), "--overwrite", "--json"))
    units, borders, grids = (pyogrio.read_dataframe(plan, layer=name) for name in ("units", "borders", "grids"))
    found: dict[str, Any] = digests(units, borders, grids)
    return found | {
        "grids": len(grids),
        "in_band": round(report["share_in_band"], 4),
        "between_m": between(units, borders),
    }


# ------------------------------------------------------------------ digests
def digests(units: gpd.GeoDataFrame, borders: gpd.GeoDataFrame, grids: gpd.GeoDataFrame) -> dict[str, str]:
    """Return the digest of each part of a plan.

    Parameters
    ----------
    units, borders, grids
        As the plan's file has them: ``unit_id`` and ``grid_id``; ``unit_id``, ``neighbour``, ``shared_m`` and
        ``feature``; ``grid_id``, each with its measures.
    """
    units = units.set_index("unit_id").sort_index()
    corners, of = shapely.get_coordinates(units.geometry.to_numpy(), return_index=True)
    ends = np.sort(borders[["unit_id", "neighbour"]].astype(str).to_numpy(), axis=1)
    edges = pd.DataFrame(ends, columns=["a", "b"]).assign(
        m=borders["shared_m"].round(MILLIMETRE).to_numpy(), feature=borders["feature"].astype(str).to_numpy()
    )
    together = pd.factorize(units["grid_id"])[0]
    order = units["grid_id"].drop_duplicates()
    held = grids.set_index("grid_id").loc[order]
    measured = {"units": held["units"], "area_m2": held["area_m2"], "outline_m": held.geometry.length}
    measured |= {name: held[name] for name in COUNTED if name in held}
    return {
        "units": digest([*units.index, *of, *(corners.round(MILLIMETRE) + 0.0).ravel()]),
        "people": digest([each for name in COUNTED if name in units for each in digits(units[name])]),
        "borders": digest(edges.sort_values(["a", "b", "m", "feature"]).to_numpy().ravel()),
        "labels": digest([f"{unit} {label}" for unit, label in zip(units.index, together, strict=True)]),
        "codes": digest([f"{unit} {grid}" for unit, grid in units["grid_id"].items()]),
        "measures": digest([f"{name} {each}" for name, column in measured.items() for each in digits(column)]),
    }


def digits(column: pd.Series) -> list[str]:
    """Return the numbers of a column to so many digits, as text; what is not known as nan."""
    return [f"{value:.{DIGITS}g}" for value in column.astype(float)]


def digest(values: Any) -> str:  # noqa: ANN401 - anything in an order
    """Return the beginning of the SHA-256 of values in their order."""
    return hashlib.sha256("\n".join(str(each) for each in values).encode()).hexdigest()[:12]


def between(units: gpd.GeoDataFrame, borders: gpd.GeoDataFrame) -> int:
    """Return the metres of border between units of different grids."""
    grid = units.set_index("unit_id")["grid_id"]
    apart = grid.loc[borders["unit_id"]].to_numpy() != grid.loc[borders["neighbour"]].to_numpy()
    return round(float(borders["shared_m"][apart].sum()))


# ------------------------------------------------------------------ what is kept
def differences(kept: Mapping[str, Any], found: Mapping[str, Any]) -> list[str]:
    """Return the parts and facts of a place that are not as they are kept, in the order of PARTS."""
    return [name for name in (*PARTS, *FACTS) if kept.get(name) != found.get(name)]


def made_with() -> dict[str, str]:
    """Return the versions that digests may depend on."""
    own = {name: version(name) for name in VERSIONS}
    return {"python": platform.python_version(), **own, "geos": shapely.geos_version_string}


def line(name: str, kept: Mapping[str, Any] | None, found: Mapping[str, Any]) -> str:
    """Return what became of a place, in one line."""
    facts = f"{found['grids']} grids, {found['in_band']:.1%} in the band, {found['between_m']:,} m between them"
    if kept is None:
        return f"{name}: {facts}; nothing is kept to compare it with"
    if not (others := differences(kept, found)):
        return f"{name}: {facts}; the same"
    before = f"{kept['grids']}, {kept['in_band']:.1%}, {kept['between_m']:,} m"
    return f"{name}: {facts}; OTHERWISE (was {before}): {', '.join(others)}"


def main() -> int:
    """Split the places, say what differs, and return the exit code."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("places", nargs="*", help=", ".join(places(Path())))
    parser.add_argument("--write", action="store_true", help="keep what is found")
    parser.add_argument("--table", type=Path, default=KEPT, help="what is to be found")
    parser.add_argument("--demo", type=Path, help="the made-up district's files, instead of making them")
    asked = parser.parse_args()
    held = json.loads(asked.table.read_text(encoding="utf-8")) if asked.table.exists() else {"places": {}}
    found, worst = {}, 0
    with tempfile.TemporaryDirectory(prefix="gridkit-digests-") as folder:
        demo = (asked.demo or Path(folder) / "demo").resolve()
        if not demo.exists():
            run("demo", "--only-files", "-o", str(demo))
        ways = places(demo)
        if strange := set(asked.places) - set(ways):
            parser.error(f"no such place: {', '.join(sorted(strange))}; there are {', '.join(ways)}")
        for name in asked.places or ways:
            source = Path(ways[name][0].rpartition(":")[0] or ways[name][0])
            if not source.exists():
                print(f"{name}: NOT SPLIT, {source} is not there: set GRIDKIT_REAL_DATA")
                continue
            try:
                found[name] = split(ways[name], Path(folder))
            except subprocess.CalledProcessError as failed:
                print(f"{name}: NOT SPLIT, exit code {failed.returncode}", flush=True)
                worst = 2
                continue
            kept = held["places"].get(name)
            print(line(name, kept, found[name]), flush=True)
            worst = max(worst, int(kept is None or bool(differences(kept, found[name]))))
    other = {name: now for name, now in made_with().items() if held.get("made_with", {}).get(name, now) != now}
    if other:
        print(f"other versions than the table was made with: {other}")
    if asked.write:
        table = {"made_with": made_with(), "effort": EFFORT, "places": held["places"] | found}
        asked.table.write_text(json.dumps(table, indent=1) + "\n", encoding="utf-8")
        return 0 if worst < 2 else worst
    return worst


if __name__ == "__main__":
    raise SystemExit(main())
