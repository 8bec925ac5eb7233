"""A plan drawn as a map, by a view of maps/."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from gridkit.catalog import definitions
from gridkit.errors import UsageError
from gridkit.recipes.layer import layer
from gridkit.recipes.progress import silent
from gridkit.recipes.refresh import current
from gridkit.render.page.compose import TIANDITU, Choices, Tiles, compose

if TYPE_CHECKING:
    from pathlib import Path

    from gridkit.plan.plan import Plan
    from gridkit.recipes.progress import Progress
    from gridkit.render.page.compose import GridMap


def tiles_of(name: str | None, *, key: str = "", gcj02: bool = False) -> Tiles | None:
    """Return a base map from the network by name (``tianditu``) or address; None where none is asked for.

    Raises
    ------
    UsageError
        When an address does not say where x, y and z go.
    """
    if name is None:
        return None
    if name == "tianditu":
        return replace(TIANDITU, key=key)
    if not all(part in name for part in ("{x}", "{y}", "{z}")):
        raise UsageError(
            "{name!r} is no base map",
            where="--tiles",
            mend="write tianditu, or an address with {{x}}, {{y}} and {{z}}",
            name=name,
        )
    return Tiles(name, urlsplit(name).netloc, key=key, gcj02=gcj02)


def balanced(plan: Plan) -> Plan:
    """Return a plan with its balance measured on the grids it has now."""
    return plan if "balance" in plan.layers and "balance" not in plan.stale else layer(plan, "balance")


def map(  # noqa: A001 - the step's name
    plan: Plan,
    view: str = "planner",
    *,
    other: Plan | None = None,
    maps: str | Path | None = None,
    choices: Choices | None = None,
    progress: Progress = silent,
) -> GridMap:
    """Return a plan as a folium map that is saved as one offline page.

    Parameters
    ----------
    plan
        What to draw. Its balance is measured now where no layer of it has been laid, or the grids have changed since.
    view
        A view of ``maps/``, or of the folder ``maps``.
    other
        A second plan to compare with.
    maps
        A folder of views that stand before the shipped ones.
    choices
        The page's language, title, approval number and attribution.
    """
    chosen = definitions.maps().overlaid(maps)[view]
    fresh = balanced(current(plan, progress=progress))
    against = None if other is None else balanced(current(other, progress=progress))
    held = tuple(name for name in chosen.layers if name in fresh.layers)
    progress("drawing the map", None)
    # A view lists every layer it can show; which of them a plan holds is the planner's business, not a warning's.
    return compose(fresh, replace(chosen, layers=held), other=against, choices=choices or Choices(lang="en"))
