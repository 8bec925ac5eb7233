"""What a page tells of departments: their nets on its cells, compared two at a time, and who hands on to whom."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from gridkit.catalog.definitions import DepartmentsLayer, ResponseLayer
from gridkit.language.labels import code
from gridkit.language.numbers import Quantity
from gridkit.measure.departments.overlay import counted
from gridkit.measure.departments.shares import NONE
from gridkit.render.page.payload import codes, filled, spoken
from gridkit.tables import TEXT

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from gridkit.catalog.map_views import MapView
    from gridkit.plan.plan import Layer, Plan

MOST_HANDS = 20
"""So many ways between departments are listed; the workbook has all."""
LONGEST = 60
"""Pixels of the bar of the busiest."""


def pack(plan: Plan, view: MapView) -> dict[str, Any] | None:
    """Return the nets of a plan, cell by cell; None where the view shows none, or only of grids that are no more.

    Returns
    -------
    dict
        ``names`` of the nets as they were typed, which a link keeps, and their ``titles``; by net ``codes``, the codes
        of its areas, and ``of``, the place of each cell's among them (-1: no area); ``counted``, the column of the
        cells that tells whom it concerns; ``shared``, the metres of border that two nets share, the plan's grids being
        the first net, and its own on the diagonal.
    """
    layer = next((plan.layers[name] for name in view.layers if _are_nets(plan.layers.get(name))), None)
    if layer is None or "units" not in layer.tables or layer.definition.name in plan.stale:
        return None
    names = layer.tables["nets"].index.astype(TEXT).tolist()
    # The page's cells stand grid by grid: see draw.grids.
    order = np.argsort(plan.units["grid_id"].astype(TEXT).to_numpy(), kind="stable")
    table = layer.tables["units"].reindex(plan.units.index).iloc[order]
    packed = [codes(None if each == NONE else each for each in table[f"code: {name}"]) for name in names]
    return {
        "names": names,
        "titles": [spoken(code("net", name)) for name in names],
        "codes": [each for each, _ in packed],
        "of": [each for _, each in packed],
        "counted": counted(plan.units)[1],
        "shared": _shared(plan, layer, names),
    }


def _are_nets(layer: Layer | None) -> bool:
    return layer is not None and isinstance(layer.definition, DepartmentsLayer)


def _shared(plan: Plan, layer: Layer, names: list[str]) -> list[list[int]]:
    """Return metres of border by pair of nets, the plan's grids first."""
    grid = plan.units["grid_id"]
    parted = plan.borders["unit_id"].map(grid) != plan.borders["neighbour"].map(grid)
    own, pairs = layer.tables["nets"], layer.tables["pairs"]
    metres = np.zeros((len(names) + 1, len(names) + 1))
    metres[0, 0] = plan.borders["shared_m"][parted].sum()
    metres[1:, 0] = metres[0, 1:] = own["border_on_grids_m"].to_numpy()
    np.fill_diagonal(metres[1:, 1:], own["border_m"].to_numpy())
    one, other = (pairs[side].map({name: at for at, name in enumerate(names, start=1)}) for side in ("net", "other"))
    metres[one, other] = pairs["shared_m"]
    return [[round(each) for each in row] for row in metres.tolist()]


def hands(layers: Iterable[Layer], words: Mapping[str, list[str]]) -> dict[str, Any] | None:
    """Return the busiest ways that orders were handed on, with how many; None where no layer knows of any.

    Parameters
    ----------
    layers
        Of the view.
    words
        The page's own texts by their key, in every language.

    Returns
    -------
    dict
        ``rows`` of giver and taker, number of orders, and a bar as long as they are many; ``more``: how many ways are
        not among them.
    """
    for layer in layers:
        if isinstance(layer.definition, ResponseLayer) and len(layer.tables.get("hands", ())):
            table = layer.tables["hands"].sort_values("orders", ascending=False, kind="stable")
            first = table.head(MOST_HANDS)
            ends, many = zip(first["from"], first["to"], strict=True), first["orders"].astype(int).tolist()
            rows = [
                {"text": f"{one} → {other}", "n": spoken(Quantity(n)), "bar": f"width:{LONGEST * n / many[0]:.1f}px"}
                for (one, other), n in zip(ends, many, strict=True)
            ]
            left = len(table) - len(first)
            return {"rows": rows, "more": filled(words["more"], Quantity(left)) if left else None}
    return None
