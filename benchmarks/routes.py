"""How near patrols and rounds come to the best there is, and what they cost beside the matching alone.

``routes.py FOLDER...``: every rural postman instance (LISTA_ARISTAS_REQ ..., as the University of Valencia writes them)
and every symmetric TSPLIB instance (EUC_2D, CEIL_2D) of the folders, with the optima of an ``optima.csv`` (name,value)
beside them. Without folders those of the real data. ``routes.py PLAN.gpkg`` patrols every grid of a plan that has its
streets, and says what the walks and their bounds cost beside the matching alone, and the gap where a grid is one walk.
"""

from __future__ import annotations

import os
import re
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from gridkit.measure.routes import matching, postman
from gridkit.measure.routes.bound import bound
from gridkit.measure.routes.doors import round_trip
from gridkit.measure.routes.ways import Streets

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

DATA = Path(os.environ.get("GRIDKIT_REAL_DATA", "../shared/data"))
FOLDERS = ("rpp-ur", "carp-gdb", "tsplib")
_EDGE = re.compile(r"\(\s*(\d+)\s*,\s*(\d+)\s*\)\s*coste\s+(\d+)(?:\s+(\d+))?")


def postman_instance(text: str) -> Streets:
    """Return the streets of a rural postman instance; one whose directions differ is refused."""
    required, _, other = text.partition("LISTA_ARISTAS_NOREQ")
    rows = [(*map(int, found.groups(found.group(3))), k == 0) for k in range(2) for found in _EDGE.finditer(
        required if k == 0 else other)]  # fmt: skip
    table = np.array(rows)
    if (table[:, 2] != table[:, 3]).any():
        raise ValueError("its streets differ by direction")
    nodes, ends = np.unique(table[:, :2], return_inverse=True)
    return Streets(len(nodes), ends.reshape(-1, 2), table[:, 2].astype(float), table[:, 4] == 1)


def doors_instance(text: str) -> NDArray[np.float64]:
    """Return the distances of a TSPLIB instance, in whole numbers as it counts them."""
    kind = re.search(r"EDGE_WEIGHT_TYPE\s*:\s*(\S+)", text)
    if kind is None or kind.group(1) not in {"EUC_2D", "CEIL_2D"}:
        raise ValueError("its distances are not EUC_2D or CEIL_2D")
    body = text.split("NODE_COORD_SECTION", 1)[1].split("EOF", maxsplit=1)[0]
    xy = np.array([line.split()[1:3] for line in body.splitlines() if line.strip()], dtype=float)
    far = np.hypot(*(xy[:, None] - xy[None]).transpose(2, 0, 1))
    return np.floor(far + 0.5) if kind.group(1) == "EUC_2D" else np.ceil(far)


def optima(folder: Path) -> dict[str, float]:
    """Return the published optima of a folder."""
    file = folder / "optima.csv"
    lines = file.read_text().splitlines() if file.exists() else []
    return {name.strip(): float(value) for name, value in (line.split(",")[:2] for line in lines if "," in line)}


def walked(name: str, streets: Streets, known: dict[str, float]) -> tuple[float, float, float]:
    """Print one postman's line; return the gap, and the CPU of the walk and of the matching alone."""
    spent = [0.0]

    def timed(far: NDArray[np.float64]) -> NDArray[np.int64]:
        begin = time.process_time()
        found = matching.pairs(far)
        spent[0] += time.process_time() - begin
        return found

    postman.pairs = timed
    begin = time.process_time()
    walk = postman.patrol(streets)
    took = time.process_time() - begin
    least = bound(streets)
    length = walk.length(streets)
    best = known.get(name)
    gap = length / (best or least) - 1
    beside = f"optimum {best:>9,.0f}" if best else f"{'':17}"
    print(
        f"{name:10} {length:>9,.0f}  {beside}  gap {gap:7.2%}   bound {least:>11,.1f}  gap to it"
        f" {length / least - 1:6.2%}   CPU {took:6.3f} s, matching alone {spent[0]:6.3f} s"
    )
    return gap, took, spent[0]


def visited(name: str, far: NDArray[np.float64], known: dict[str, float]) -> float:
    """Print one round's line; return its gap."""
    begin = time.process_time()
    order = round_trip(far)
    took = time.process_time() - begin
    length = far[order, np.roll(order, -1)].sum()
    best = known.get(name, np.nan)
    print(f"{name:10} {length:>9,.0f}  best {best:>9,.0f}  gap {length / best - 1:7.2%}   CPU {took:6.2f} s")
    return float(length / best - 1)


def patrolled(path: Path) -> None:
    """Print what patrols of all grids of a plan cost, and how near they come to their bounds."""
    from collections import defaultdict

    import gridkit
    from gridkit.measure.routes import patrols, walkers

    spent: dict[str, float] = defaultdict(float)

    def timed(name: str, inner: Callable[..., Any]) -> Callable[..., Any]:
        def outer(*given: Any, **named: Any) -> Any:  # noqa: ANN401 - whatever is timed
            begin = time.process_time()
            made = inner(*given, **named)
            spent[name] += time.process_time() - begin
            return made

        return outer

    postman.pairs = timed("matching", matching.pairs)
    patrols.shared = timed("walks", walkers.shared)
    patrols._least = timed("bounds", patrols._least)  # noqa: SLF001 - timed apart
    plan = gridkit.read_plan(path)
    gridkit.patrol(plan, grids=str(plan.grids.index[0]))  # compiles
    spent.clear()
    layer = gridkit.patrol(plan).layers["patrol"]
    gap = layer.tables["areas"]["gap"].dropna()
    print(
        f"{path.name}: {len(layer.tables['areas'])} grids, {layer.facts['patrols']} walks; {len(gap)} of one walk:"
        f" mean gap {gap.mean():.2%}, largest {gap.max():.2%}; CPU of the walks {spent['walks']:.2f} s, of their bounds"
        f" {spent['bounds']:.2f} s, of the matching alone {spent['matching']:.2f} s"
    )


def main(folders: list[Path]) -> None:
    """Print a line for each instance, and the means."""
    postman.patrol(
        Streets(4, np.array([[0, 1], [2, 3], [1, 2]]), np.ones(3), np.array([True, True, False]))
    )  # compiles
    round_trip(np.abs(np.subtract.outer(np.arange(9.0), np.arange(9.0))))
    for folder in folders:
        if folder.is_file():
            patrolled(folder)
            continue
        known, gaps, took, alone = optima(folder), [], 0.0, 0.0
        for file in sorted(folder.iterdir()):
            text = file.read_text(encoding="latin-1") if file.is_file() else ""
            name = file.stem if file.suffix in {".tsp", ".dat"} else file.name
            try:
                if "LISTA_ARISTAS_REQ" in text and "VERTICES" in text and file.suffix not in {".txt", ".md"}:
                    gap, own, matched = walked(name, postman_instance(text), known)
                    gaps, took, alone = [*gaps, gap], took + own, alone + matched
                elif "NODE_COORD_SECTION" in text and file.suffix == ".tsp":
                    gaps.append(visited(name, doors_instance(text), known))
            except ValueError as error:
                print(f"{name:10} left out: {error}")
        if gaps:
            ratio = f", {took / alone:.2f} times the CPU of the matching alone" if alone else ""
            print(f"{folder.name}: mean gap {np.mean(gaps):.2%}, largest {np.max(gaps):.2%}{ratio}\n")


if __name__ == "__main__":
    main([Path(each) for each in sys.argv[1:]] or [DATA / each for each in FOLDERS])
