"""The figures that papers print of grids and communities, in words, and the compounds that lie in each grid."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
import shapely

from gridkit.language.numbers import HECTARE, decimal
from gridkit.measure.balance import dedicated
from gridkit.plan.plan import MICRO
from gridkit.render.colour import TINTS, tints
from gridkit.render.papers.pen import clean
from gridkit.render.papers.plate import Look, bounds_of
from gridkit.tables import TEXT

if TYPE_CHECKING:
    from gridkit.plan.plan import Plan
    from gridkit.render.papers.setting import Setting

PART = 0.05
"""A compound of which less than this lies in a grid is not said to lie there."""


def whole(value: Any) -> str:  # noqa: ANN401 - a cell
    """Return a count for a cell; a dash where it is not known.

    Examples
    --------
    >>> whole(1234.4), whole(float("nan")), whole(None)
    ('1,234', '–', '–')
    """
    return "–" if value is None or pd.isna(value) else decimal(float(str(value)))


def hectares(square_metres: float) -> str:
    """Return an area in hectares for a cell."""
    return decimal(square_metres / HECTARE, 1)


def households(plan: Plan) -> pd.Series[float] | None:
    """Return the households of each grid; None where they are not known."""
    grids = plan.grids
    return grids["households"] if "households" in grids and grids["households"].notna().any() else None


def micro_grids(plan: Plan) -> dict[str, int]:
    """Return how many micro-grids each grid has; empty where the plan has none."""
    if MICRO not in plan.units:
        return {}
    counts = plan.units.groupby("grid_id")[MICRO].nunique()
    return {str(grid): int(count) for grid, count in counts.items()}


def kinds(plan: Plan) -> dict[str, bool]:
    """Return whether each grid belongs to one institution alone."""
    found = dedicated(plan.grids, plan.units)
    return dict(zip(plan.grids.index.astype(TEXT), np.asarray(found, dtype=bool).tolist(), strict=True))


def compounds(setting: Setting) -> dict[str, list[str]]:
    """Return the compounds in each grid by name; of one that grids share each says that it has a part."""
    plan, signed = setting.plan, setting.signed("compounds")
    found: dict[str, list[str]] = {str(grid): [] for grid in plan.grids.index}
    if signed is None:
        return found
    shapes = np.asarray(plan.backdrop["compounds"].geometry)
    grids = np.asarray(plan.grids.geometry)
    at, grid = shapely.STRtree(grids).query(shapes, predicate="intersects")
    ground = shapely.area(shapely.intersection(shapes[at], grids[grid]))
    share = ground / np.maximum(shapely.area(shapes[at]), 1e-9)
    for one, other, part in sorted(zip(at.tolist(), grid.tolist(), share.tolist(), strict=True)):
        name = signed[one]
        if part < PART or not isinstance(name, str) or not name.strip():
            continue
        text = clean(name) if part > 1 - PART else setting.said("{name} (part)", name=clean(name))
        own = found[str(plan.grids.index[other])]
        if text not in own:
            own.append(text)
    return found


def tinted(setting: Setting) -> dict[str, str]:
    """Return a colour per grid by its community: neighbouring communities in different ones."""
    plan = setting.plan
    parents = plan.districts.index.astype(TEXT).tolist()
    place = {parent: at for at, parent in enumerate(parents)}
    shapes = np.asarray(plan.districts.geometry)
    one, two = shapely.STRtree(shapes).query(shapes, predicate="intersects")
    colour = tints(len(parents), [(int(a), int(b)) for a, b in zip(one, two, strict=True) if a < b])
    return {
        str(grid): TINTS[colour[place[str(parent)]]]
        for grid, parent in plan.grids["parent"].items()
        if str(parent) in place
    }


def index_look(setting: Setting) -> Look:
    """Return the map of all grids, tinted by community, each called by its number."""
    grids = setting.plan.grids
    return Look(bounds_of(grids.geometry), called=numbers(setting), tints=tinted(setting), services=False)


def numbers(setting: Setting) -> dict[str, str]:
    """Return what stands in a grid on a map of many: its number in its community, else its name."""
    own: dict[str, Any] = setting.known.numbers
    return {grid: str(own[grid]) if grid in own else name for grid, name in setting.short.items()}
