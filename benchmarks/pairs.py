"""Pairs of inputs that are one district in two ways: whether their plans are the same, for as long as one likes.

``python3 dev.py python benchmarks/pairs.py --minutes 60`` draws scenes by seed, gives each in another way by every law
(moved, turned, mirrored, renamed, reordered, in parts, in another form of file or datum), and prints what differs.
A scene that breaks a law is made small by leaving out what is not needed for it, and kept as files in ``--keep``. The
way of looking is that of affine-equivalent inputs (Deng et al. 2024, "Finding Logic Bugs in Spatial Database Engines
via Affine Equivalent Inputs", SIGMOD), taken from databases to plans.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
import traceback
from collections import Counter
from pathlib import Path

import numpy as np

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "tests"))

from pairs import LAWS, Scene, broken, minimised, scene, write


def tried(made: Scene, name: str, seed: int, folder: Path) -> list[str]:
    """Return what a law finds different; what ends in a crash is different as well."""
    try:
        return broken(made, name, seed, folder)
    except Exception as error:  # noqa: BLE001 - whatever it is, it is what is looked for
        place = traceback.extract_tb(error.__traceback__)[-1]
        return [f"{type(error).__name__}: {error} ({Path(place.filename).name}:{place.lineno})"]


def kept(made: Scene, name: str, seed: int, folder: Path) -> None:
    """Keep a scene and its other way as files."""
    other = LAWS[name].other(made, np.random.default_rng(seed))
    write(made, folder / "one", other.own_form)
    write(other.scene, folder / "other", other.form)


def main() -> int:
    """Look for so many minutes; the exit code is 1 where something differs."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--minutes", type=float, default=60.0)
    parser.add_argument("--first", type=int, default=0, help="the seed to begin with")
    parser.add_argument("--law", choices=LAWS, action="append", help="these laws alone")
    parser.add_argument("--keep", type=Path, help="the folder for what breaks a law")
    asked = parser.parse_args()
    end, seed = time.monotonic() + 60 * asked.minutes, asked.first
    found: Counter[str] = Counter()
    pairs = 0
    while time.monotonic() < end:
        made = scene(seed)
        for name in asked.law or LAWS:
            with tempfile.TemporaryDirectory() as scratch:
                told = tried(made, name, seed, Path(scratch))
                pairs += 1
                if not told:
                    continue
                found[name] += 1
                small = minimised(made, name, seed, Path(scratch) / "small", tried)
            sizes = {table: len(rows) for table, rows in small.tables().items()}
            print(f"seed {seed}, {name}: {'; '.join(told)}; left of it: {sizes}", flush=True)
            if asked.keep:
                kept(small, name, seed, asked.keep / f"{seed}-{name.replace(' ', '-').replace(',', '')}")
        seed += 1
    print(f"{seed - asked.first} scenes, {pairs} pairs, {sum(found.values())} that differ {dict(found)}")
    return int(bool(found))


if __name__ == "__main__":
    raise SystemExit(main())
