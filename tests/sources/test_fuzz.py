"""A file that was damaged gives the same, a warning, or one clear line: never a crash, never an endless wait.

Small files of every reader are made, and bytes of them flipped, cut off, doubled or zeroed by a seeded draw. Three of
each are tried here; ``GRIDKIT_FUZZ=5000`` tries so many in all, and says how they ended: with ``-s`` it lists by kind
what came out otherwise and was not said, and the slowest of each reader. ``GRIDKIT_FUZZ_KEEP=FOLDER`` keeps those
files; ``GRIDKIT_FUZZ_WAIT=600`` waits so many seconds for a file, where many processes share the machine.
"""

from __future__ import annotations

import faulthandler
import os
import shutil
import time
import warnings
from collections import Counter
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from readers import READERS, Reader

from gridkit.errors import GridkitError

EACH = 3
TRIES = int(os.environ.get("GRIDKIT_FUZZ", str(EACH * len(READERS))))
PATIENCE_S = 10.0
"""Of CPU: a busy machine makes no file slow to read."""
WAIT_S = float(os.environ.get("GRIDKIT_FUZZ_WAIT", "90"))
"""By the clock on the wall, after which the process ends and says where it stood: what sleeps takes no CPU."""
KEEP = os.environ.get("GRIDKIT_FUZZ_KEEP")
SEED = 20_261_128
LONGEST = 1_200
"""The characters of one clear line, a path of pytest's included."""


def damaged(data: bytes, draw: np.random.Generator) -> bytes:
    """Return some bytes with a few flipped, a piece cut off, doubled or zeroed, or the end gone."""
    held = bytearray(data)
    start, end = sorted(int(each) for each in draw.integers(0, len(held), 2))
    match draw.integers(0, 5):
        case 0:
            for at in draw.integers(0, len(held), draw.integers(1, 4)):
                held[at] ^= 1 << int(draw.integers(0, 8))
        case 1:
            del held[max(1, start) :]
        case 2:
            del held[start : start + min(end - start, 64)]
        case 3:
            held[start:start] = held[start : start + min(end - start, 64)]
        case _:
            held[start : start + min(end - start, 16)] = bytes(min(end - start, 16))
    return bytes(held)


def ended(reader: Reader, path: Path, whole: Any) -> str:
    """Return how reading ended: refused, warned, same, or another result without a word."""
    with warnings.catch_warnings(record=True) as said:
        warnings.simplefilter("always")
        try:
            reader.look(path)
            found = reader.read(path)
        except GridkitError as error:
            return "refused" if 0 < len(str(error)) < LONGEST else "refused at length"
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of a CRS that JSON has no name for
        if len(found) == len(whole) and found.to_json() == whole.to_json():
            return "same"
    return "warned" if said or told(found) - told(whole) else f"other: {difference(found, whole)}"


def difference(found: Any, whole: Any) -> str:
    """Return in what kind of thing a result differs from that of the whole file."""
    if len(found) != len(whole):
        return "rows"
    if list(found.columns) != list(whole.columns):
        return "names of columns"
    if getattr(found, "crs", None) != getattr(whole, "crs", None):
        return "coordinates"  # so far away that another metric system is the district's
    if list(found.index) != list(whole.index):
        return "identifiers"
    kinds = {
        "coordinates" if each.dtype == "geometry" else "figures" if each.dtype.kind in "iufM" else "letters"
        for name, each in found.items()
        if not differs_in_nothing(each, whole[name])
    }
    return " and ".join(sorted(kinds)) or "a kind of column"


def differs_in_nothing(one: Any, other: Any) -> bool:
    """Return whether two columns hold the same."""
    return [str(each) for each in one] == [str(each) for each in other]


def told(frame: Any) -> set[str]:
    """Return what the reading of a table says of it: notes, and rows left out, in its account or beside it."""
    accounts = frame.attrs.get("accounts", ())
    lost = {f"{reason} {amount}" for each in accounts for reason, amount in each.lost.items()}
    return lost | {str(note) for each in accounts for note in each.notes} | set(map(str, frame.attrs.get("notes", ())))


def read_whole(reader: Reader, path: Path) -> Any:
    """Return what comes out of the whole file; nothing where it is asked about."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of a whole file that has its doubts
        if not reader.asks:
            reader.look(path)
            return reader.read(path)
        with pytest.raises(GridkitError):
            reader.read(path)
    return pd.DataFrame()


@pytest.mark.parametrize("turn", range(len(READERS)), ids=[each.name for each in READERS])
def test_damage_is_survived(turn, tmp_path):
    reader = READERS[turn]
    path = tmp_path / reader.name
    reader.make(path)
    whole, data = read_whole(reader, path), path.read_bytes()
    draw = np.random.default_rng([SEED, turn])
    ends: Counter[str] = Counter()
    slowest_s = 0.0
    for at in range(TRIES // len(READERS)):
        # Under its own name: rows without a number of their own are numbered by it.
        hurt = tmp_path / f"{at}" / reader.name
        hurt.parent.mkdir()
        for beside in tmp_path.glob(f"{path.stem}.*"):
            if beside != path and beside.is_file():
                shutil.copy(beside, hurt.parent)
        hurt.write_bytes(damaged(data, draw))
        began = time.process_time()
        faulthandler.dump_traceback_later(WAIT_S, exit=True)
        try:
            end = ended(reader, hurt, whole)
        except Exception as fault:
            fault.add_note(f"draw {at} of {reader.name}")
            raise
        finally:
            faulthandler.cancel_dump_traceback_later()
        ends[end] += 1
        slowest_s = max(slowest_s, time.process_time() - began)
        assert slowest_s < PATIENCE_S
        if KEEP is not None and end.startswith("other"):
            shutil.copy(hurt, Path(KEEP) / f"{at}-{hurt.name}")
        shutil.rmtree(hurt.parent)
    print(f"{reader.name}: {dict(ends)}, slowest {slowest_s:.2f} s of CPU")  # noqa: T201 - what `-s` is for
    assert ends.total() == TRIES // len(READERS)
    assert not ends["refused at length"]
