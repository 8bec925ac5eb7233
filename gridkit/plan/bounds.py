"""The four bounds (四至) of each grid in words: what its east, south, west and north side follow.

::

    bounds(plan, lang) -> Series        "East to Q Road, south to Q River, west to grid G002, north to the district's
    edge" sides(plan) -> DataFrame            the metres behind the words: grid_id, side, what, metres
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
import shapely

from gridkit.language.catalogue import languages
from gridkit.language.phrases import Phrase, joined, template

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from gridkit.plan.plan import Plan

SIDES = ("east", "south", "west", "north")
SAID = 0.3
"""What runs along more than this share of a side is named; at most :data:`MOST` things are."""
MOST = 2

_FEATURES = {
    "none": template("grid {other}"),
    "path": template("a path"),
    "wall": template("a wall"),
    "service": template("a lane"),
    "street": template("an unnamed street"),
    "collector": template("an unnamed road"),
    "arterial": template("an unnamed main road"),
    "motorway": template("the motorway"),
    "rail": template("the railway"),
    "canal": template("the canal"),
    "river": template("the river"),
    "boundary": template("the community's boundary"),
    "edge": template("the edge of the district"),
}
_SENTENCE = template("East to {east}, south to {south}, west to {west}, north to {north}")
_NOTHING = template("its corner")
_BOTH = template("{one} and {other}")


def written() -> dict[str, str]:
    """Return the language of each column that a plan's file has the bounds in: as offices write them, and in others."""
    return {"boundary": "zh", **{f"boundary_{language}": language for language in languages() if language != "zh"}}


def bounds(plan: Plan, lang: str = "en") -> pd.Series:
    """Return the four bounds of each grid as one sentence, on the index ``grid_id``.

    A side is what faces that way within 45 degrees. Named features are called by their names, others by what they are;
    where nothing runs, the neighbouring grid is named. A side that no border faces takes what reaches farthest that
    way.
    """
    table = sides(plan)
    table["said"] = [_said(row, lang) for row in table.itertuples()]
    by_side = table.groupby(["grid_id", "side", "said"], sort=True)["metres"].sum().reset_index()
    named = _longest(by_side).groupby(["grid_id", "side"])["said"].agg(lambda names: _and(list(names), lang))
    wide = named.unstack("side").reindex(index=plan.grids.index, columns=list(SIDES))  # noqa: PD010 - not a pivot
    far = _farthest(table)
    sentences = {
        grid: Phrase(
            _SENTENCE,
            **{
                side: row[side] if pd.notna(row[side]) else far.get((str(grid), side), Phrase(_NOTHING))
                for side in SIDES
            },
        ).said(lang)
        for grid, row in wide.iterrows()
    }
    return pd.Series(sentences, dtype="str", name="bounds").rename_axis("grid_id")


def sides(plan: Plan) -> pd.DataFrame:
    """Return the pieces of each grid's outline.

    Columns: ``grid_id``; the ``side`` it faces; ``feature``, ``name`` and ``other`` grid along it; ``metres``; and
    ``x``, ``y`` of its middle.
    """
    return pd.concat([_between(plan), _outer(plan)], ignore_index=True)


def _between(plan: Plan) -> pd.DataFrame:
    """Return the pieces between two grids, once for each of them."""
    units, borders = plan.units, plan.borders
    ends = plan.ends.T
    grid = units["grid_id"].to_numpy()
    cut = np.flatnonzero((grid[ends[0]] != grid[ends[1]]) & (borders["shared_m"].to_numpy() > 0))
    middles = shapely.get_coordinates(shapely.point_on_surface(np.asarray(units.geometry)))
    towards = (middles[ends[1]] - middles[ends[0]])[cut]
    start, end, owner = _segments(np.asarray(borders.geometry)[cut])
    normal = np.column_stack([(end - start)[:, 1], -(end - start)[:, 0]])
    normal *= np.where((normal * towards[owner]).sum(axis=1) < 0, -1, 1)[:, None]
    a, b = grid[ends[0][cut]][owner], grid[ends[1][cut]][owner]
    rows = borders.iloc[cut[owner]]
    shared = {
        "feature": np.tile(rows["feature"].to_numpy(dtype=object), 2),
        "name": np.tile(rows["name"].to_numpy(dtype=object) if "name" in rows else np.full(len(rows), None), 2),
    }
    middle = np.tile((start + end) / 2, (2, 1))
    return pd.DataFrame(
        {
            "grid_id": np.concatenate([a, b]),
            "side": _facing(np.concatenate([normal, -normal])),
            **shared,
            "other": np.concatenate([b, a]),
            "metres": np.tile(np.hypot(*(end - start).T), 2),
            "x": middle[:, 0],
            "y": middle[:, 1],
        }
    )


def _outer(plan: Plan) -> pd.DataFrame:
    """Return the pieces that no other grid shares: sides of the outline that occur once."""
    grids = plan.grids
    shapes = shapely.orient_polygons(np.asarray(grids.geometry), exterior_cw=False)
    start, end, owner = _segments(shapely.boundary(shapes))
    there = np.column_stack([start, end]).round(3)  # millimetres: neighbours share their corners
    backward = (there[:, 0] > there[:, 2]) | ((there[:, 0] == there[:, 2]) & (there[:, 1] > there[:, 3]))
    keys = np.where(backward[:, None], there[:, [2, 3, 0, 1]], there)
    _, at, count = np.unique(keys, axis=0, return_inverse=True, return_counts=True)
    once = count[at.ravel()] == 1
    start, end, owner = start[once], end[once], owner[once]
    normal = np.column_stack([(end - start)[:, 1], -(end - start)[:, 0]])
    return pd.DataFrame(
        {
            "grid_id": grids.index.to_numpy()[owner],
            "side": _facing(normal),
            "feature": "edge",
            "name": None,
            "other": "",
            "metres": np.hypot(*(end - start).T),
            "x": (start + end)[:, 0] / 2,
            "y": (start + end)[:, 1] / 2,
        }
    )


def _segments(shapes: NDArray[np.object_]) -> tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.int64]]:
    """Return the start, the end and the owner of every straight piece of some lines."""
    parts, part_of = shapely.get_parts(shapes, return_index=True)
    corners, line = shapely.get_coordinates(parts, return_index=True)
    joined = line[1:] == line[:-1]
    return corners[:-1][joined], corners[1:][joined], part_of[line[1:][joined]]


def _facing(normal: NDArray[np.float64]) -> NDArray[np.object_]:
    """Return the side that each outward direction faces."""
    turn = np.round(np.arctan2(normal[:, 1], normal[:, 0]) / (np.pi / 2)).astype(int) % 4
    named: NDArray[np.object_] = np.array(["east", "north", "west", "south"], dtype=object)[turn]
    return named


def _said(row: object, lang: str) -> str:
    name = getattr(row, "name")  # noqa: B009 - itertuples of a column called name
    feature = getattr(row, "feature", "none")
    if isinstance(name, str) and name:
        return name
    return Phrase(_FEATURES[feature], other=getattr(row, "other", "")).said(lang)


def _and(names: list[str], lang: str) -> str:
    said = joined(names, _BOTH)
    return said.said(lang) if isinstance(said, Phrase) else said


def _longest(by_side: pd.DataFrame) -> pd.DataFrame:
    """Return what is worth naming on each side, the longest first."""
    order = by_side.sort_values(["metres", "said"], ascending=[False, True], kind="stable")
    side = order.groupby(["grid_id", "side"], sort=False)
    place = side.cumcount()
    long = order["metres"] >= SAID * side["metres"].transform("sum")
    return order[(place == 0) | (long & (place < MOST))]


def _farthest(table: pd.DataFrame) -> dict[tuple[str, str], str]:
    """Return what reaches farthest to each side of each grid."""
    found: dict[tuple[str, str], str] = {}
    for side, key, sign in (("east", "x", 1), ("south", "y", -1), ("west", "x", -1), ("north", "y", 1)):
        at = (sign * table[key]).groupby(table["grid_id"]).idxmax()
        found |= {(str(grid), side): str(table["said"][row]) for grid, row in at.items()}
    return found
