"""Borders between grids as somebody walks them: one segment for each two grids, its pieces by what they follow.

::

    segments(plan) -> tuple[Segment, ...]       in the order of their numbers
    walk_code(plan) -> str                      the check code of their numbers: that of the grids
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
import shapely

from gridkit.language.phrases import Phrase, template
from gridkit.plan.codes import reading_order
from gridkit.plan.numbering import check_code
from gridkit.tables import TEXT

if TYPE_CHECKING:
    from collections.abc import Mapping

    from shapely.geometry.base import BaseGeometry

    from gridkit.plan.plan import Plan

SHORT_M = 15.0
"""A shorter piece of one feature belongs to the longest of its segment: nobody walks it apart. Metres."""
_REASONS: Mapping[str, str] = {
    **dict.fromkeys(
        ("river", "canal", "rail", "motorway"), template("Hard to cross: a worker would have to go round it")
    ),
    "boundary": template("The community's boundary: a grid lies in one community"),
    **dict.fromkeys(("arterial", "collector", "street"), template("A line that everybody sees and knows")),
    **dict.fromkeys(("service", "path"), template("A way, so that both sides can be reached")),
    "wall": template("Keeps a compound whole on its side"),
    "none": template("No line on the ground: drawn so that both grids keep their size"),
}


@dataclass(frozen=True)
class Piece:
    """A part of a segment along one feature.

    Attributes
    ----------
    letter
        ``a``, ``b`` ...: what it is called on a sheet.
    borders
        The ids of its borders in the plan.
    """

    letter: str
    feature: str
    name: str
    metres: float
    borders: tuple[str, ...]
    shape: BaseGeometry

    @property
    def reason(self) -> Phrase:
        """Why a border runs there."""
        return Phrase(_REASONS.get(self.feature, _REASONS["none"]))


@dataclass(frozen=True)
class Segment:
    """The border between two grids.

    Attributes
    ----------
    number
        From 1, in the reading order of the first grid.
    units
        The units on either side of it.
    """

    number: int
    grids: tuple[str, str]
    pieces: tuple[Piece, ...]
    units: tuple[str, ...]

    @property
    def shape(self) -> BaseGeometry:
        """The whole line."""
        return shapely.line_merge(shapely.union_all([piece.shape for piece in self.pieces]))

    @property
    def metres(self) -> float:
        """How long it is."""
        return sum(piece.metres for piece in self.pieces)


def walk_code(plan: Plan) -> str:
    """Return the check code of the segments' numbers: grids drawn otherwise have other segments."""
    return check_code(plan.digest)


def segments(plan: Plan) -> tuple[Segment, ...]:
    """Return the borders between grids, numbered."""
    order = {str(grid): at for at, grid in enumerate(reading_order(plan.grids, plan.districts))}
    grid = plan.units["grid_id"].astype(TEXT).to_numpy()
    ends = plan.ends.T
    borders = plan.borders
    cut = (grid[ends[0]] != grid[ends[1]]) & (borders["shared_m"].to_numpy() > 0)
    one, two = grid[ends[0][cut]], grid[ends[1][cut]]
    first = np.array([order[a] <= order[b] for a, b in zip(one, two, strict=True)], dtype=bool)
    names = borders["name"] if "name" in borders else pd.Series(None, index=borders.index, dtype=object)
    table = pd.DataFrame(
        {
            "a": np.where(first, one, two),
            "b": np.where(first, two, one),
            "border": borders.index[cut].astype(TEXT),
            "feature": borders["feature"].to_numpy(dtype=object)[cut],
            "name": names.astype(object).where(names.notna(), "").to_numpy()[cut],
            "metres": borders["shared_m"].to_numpy()[cut],
            "shape": np.asarray(borders.geometry)[cut],
            "unit": borders["unit_id"].astype(TEXT).to_numpy()[cut],
            "neighbour": borders["neighbour"].astype(TEXT).to_numpy()[cut],
        }
    )
    found = []
    pairs = sorted(set(zip(table["a"], table["b"], strict=True)), key=lambda pair: (order[pair[0]], order[pair[1]]))
    groups = table.groupby(["a", "b"])
    for number, pair in enumerate(pairs, 1):
        part = groups.get_group(pair)
        units = tuple(sorted({*part["unit"], *part["neighbour"]}))
        found.append(Segment(number, pair, _pieces(part), units))
    return tuple(found)


def _pieces(rows: pd.DataFrame) -> tuple[Piece, ...]:
    """Return the pieces of one segment, the longest first."""
    keys = rows["feature"].astype(TEXT) + "\t" + rows["name"].astype(TEXT)
    metres = rows["metres"].groupby(keys).sum().sort_values(ascending=False, kind="stable")
    keys = keys.where(keys.map(metres) >= SHORT_M, metres.index[0])
    whole = rows["metres"].groupby(keys).sum()
    order = sorted(whole.index, key=lambda key: (-whole[key], key))
    pieces = []
    for at, key in enumerate(order):
        part = rows[keys == key]
        feature, name = key.split("\t")
        shape = shapely.union_all(part["shape"].to_numpy())
        pieces.append(Piece(letter(at), feature, name, float(whole[key]), tuple(part["border"]), shape))
    return tuple(pieces)


def letter(at: int) -> str:
    """Return a ... z, then a1, b1 ...

    Examples
    --------
    >>> letter(0), letter(25), letter(26)
    ('a', 'z', 'a1')
    """
    turn, place = divmod(at, 26)
    return chr(ord("a") + place) + (str(turn) if turn else "")
