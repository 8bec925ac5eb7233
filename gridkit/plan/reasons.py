"""Why grids lie outside the band: from numbers that leave no other way, from proofs, else that the search ended."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Protocol

import numpy as np

from gridkit.adjacency import positions
from gridkit.graph import components
from gridkit.language.numbers import Quantity
from gridkit.language.phrases import Phrase
from gridkit.options.catalogue import options_of
from gridkit.plan.communities import Communities
from gridkit.tables import TEXT

if TYPE_CHECKING:
    from collections.abc import Sequence

    import geopandas as gpd
    import pandas as pd
    from numpy.typing import NDArray

    from gridkit.band import Band
    from gridkit.plan.parameters import Parameters
    from gridkit.provenance import Step

PROVEN = "proven"
"""What the step that made a plan calls the grids outside the band, each as the ids of its units, in parts of which it
is proven that no contiguous plan of so many grids keeps the band."""

SHUT = "shut"
"""What it calls the grids outside the band around which windows were searched to the end, and none can be brought into
the band."""

SEARCHES = ("split", "redraw")
"""The steps that search for grids."""

EDIT = "edit"
"""The step that changes grids by hand."""


class Made(Protocol):
    """What reasons are given of."""

    @property
    def parameters(self) -> Parameters:
        """What was asked of it."""

    @property
    def districts(self) -> gpd.GeoDataFrame:
        """DISTRICTS: its parents, with their names."""

    @property
    def units(self) -> gpd.GeoDataFrame:
        """UNITS with their grids."""

    @property
    def borders(self) -> gpd.GeoDataFrame:
        """BORDERS."""

    @property
    def history(self) -> Sequence[Step]:
        """Every step that made it."""


def reasons(plan: Made, band: Band, grids: pd.Index) -> list[Phrase]:
    """Return why each of some grids lies outside the band: the first of these that holds.

    One of its units alone is above the band. Its part of its parent, which no border joins to the rest, holds a total
    that no number of grids of the band adds up to. The part was searched to the end, and no contiguous plan of so many
    grids keeps the band. The windows around it were, and none can be divided into the band. It was
    drawn by an edit since. Else nothing is proven, and the search ended.

    Parameters
    ----------
    plan
        A plan with a band.
    band
        Of its measure.
    grids
        The ids of grids outside it.
    """
    if not len(grids):
        return []
    measure, units = plan.parameters.measure, plan.units
    held, grid = units[measure].to_numpy(dtype=float), units["grid_id"].astype(TEXT).to_numpy()
    part = _parts(plan)
    total = np.bincount(part, held)
    proven, shut = _known(plan, PROVEN), _known(plan, SHUT)
    edited, shrunk = _edited(plan)
    parent = units["parent"].astype(TEXT).to_numpy()
    places = Communities(plan.districts)
    said = []
    for name in grids.astype(TEXT):
        mine = np.flatnonzero(grid == name)
        here, owner = int(part[mine[0]]), parent[mine[0]]
        largest = mine[np.argmax(held[mine])]
        alone = (part[parent == owner] == here).all()
        called = places.place(str(owner))
        facts: dict[str, Any] = {"total": float(total[here]), "parent": called, "low": band.low, "high": band.high}
        if band.above(held[largest]):
            what = "unit {unit} alone holds {size:,.0f}, above the largest {high:,.0f}"
            said.append(Phrase(what, unit=units.index[largest], size=float(held[largest]), high=band.high))
        elif not band.fits(float(total[here])):
            said.append(_indivisible(facts, band, alone=bool(alone)))
        elif proven[mine].all():
            many = len(np.unique(grid[part == here]))
            one = "proven: no contiguous plan of {count} grid keeps all of this part of {parent} in the range of size"
            some = "proven: no contiguous plan of {count} grids keeps all of this part of {parent} in the range of size"
            said.append(Phrase(one, "", some, count=many, parent=called))
        elif shut[mine].all():
            what = "proven: the grids around it, up to 60 units, cannot be divided anew into the range of size"
            said.append(Phrase(what))
        elif edited[mine].any() or name in shrunk:
            said.append(Phrase("an edit drew it so: no search did"))
        else:
            said.append(_ended(plan))
    return said


def _ended(plan: Made) -> Phrase:
    """Return the reason where nothing is proven, with what the command that searched last takes and may find more.

    A search of the whole may be longer; a redraw, which changes little, may change more. What its options do not offer,
    or what was asked already, is not advised.
    """
    last = next((step for step in reversed(plan.history) if step.command in SEARCHES), None)
    takes = {each.name for each in options_of(SEARCHES[0] if last is None else last.command, where="command")}
    if "effort" in takes:
        return Phrase(
            "the search ended without a better plan, and none is proven impossible: try a longer one (--effort)"
        )
    if last is not None and "everywhere" in takes and not last.parameters.get("everywhere"):
        return Phrase(
            "the search ended without a better plan that changes as little, and none is proven impossible: "
            "let more grids change (--everywhere)"
        )
    return Phrase(
        "the search ended without a better plan, and none is proven impossible: "
        "a search from the files may find one (gridkit split --effort N)"
    )


def _indivisible(facts: dict[str, Any], band: Band, *, alone: bool) -> Phrase:
    """Return the reason of a total that cannot be divided into the band, with the sizes on either side."""
    fewer = max(int(facts["total"] // band.edges[1]), 0)
    sizes: dict[str, object] = {"more": Quantity(fewer + 1, "grids"), "size": facts["total"] / (fewer + 1)}
    if fewer == 0:
        small = "{parent} holds {total:,.0f} in all, less than one grid of {low:,.0f}"
        apart = "a part of {parent} that nothing joins to the rest holds {total:,.0f}, less than one grid of {low:,.0f}"
        return Phrase(small, **facts) if alone else Phrase(apart, **facts)
    sizes |= {"fewer": Quantity(fewer, "grids"), "large": facts["total"] / fewer}
    whole = (
        "the {total:,.0f} of {parent} cannot be divided into {low:,.0f} to {high:,.0f}: "
        "{fewer} would hold {large:,.0f} each, {more} {size:,.0f}"
    )
    apart = (
        "a part of {parent} that nothing joins to the rest holds {total:,.0f}, which cannot be divided into "
        "{low:,.0f} to {high:,.0f}: {fewer} would hold {large:,.0f} each, {more} {size:,.0f}"
    )
    return Phrase(whole, **facts, **sizes) if alone else Phrase(apart, **facts, **sizes)


def _parts(plan: Made) -> NDArray[np.int64]:
    """Return the connected part of its parent that each unit is in; dedicated units part what lies around them."""
    ends = positions(plan.borders, plan.units.index)
    parent = plan.units["parent"].to_numpy()
    inner = (ends >= 0).all(axis=1) & (parent[ends[:, 0]] == parent[ends[:, 1]])
    if "dedicated" in plan.units:
        free = plan.units["dedicated"].isna().to_numpy()
        inner &= free[ends[:, 0]] & free[ends[:, 1]]
    return components(ends[inner], len(plan.units))


def _edited(plan: Made) -> tuple[NDArray[np.bool_], set[str]]:
    """Return which units edits gave to another grid since the last search, and the grids that they took them from."""
    moved: set[str] = set()
    shrunk: set[str] = set()
    for step in reversed(plan.history):
        if step.command in SEARCHES:
            break
        way_back = step.parameters.get("undo") if step.command == EDIT else None
        cells = ((way_back or {}).get("columns") or {}).get("grid_id")
        values = {} if cells is None else cells["values"]
        moved |= set(values)
        shrunk |= set(values.values())
    return plan.units.index.astype(TEXT).isin(sorted(moved)), shrunk


def _known(plan: Made, proof: str) -> NDArray[np.bool_]:
    """Return which units are in grids of which the search proved something, and that still stand."""
    known = next((step.parameters[proof] for step in reversed(plan.history) if proof in step.parameters), None) or []
    grid = plan.units["grid_id"].astype(TEXT)
    size = grid.value_counts()
    sure = np.zeros(len(grid), dtype=bool)
    for members in known:
        rows = plan.units.index.get_indexer(members)
        names = grid.iloc[rows[rows >= 0]].unique()
        if (rows >= 0).all() and len(names) == 1 and size[names[0]] == len(rows):
            sure[rows] = True
    return sure
