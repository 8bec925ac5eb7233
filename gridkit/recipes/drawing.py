"""A plan drawn as a map, by a view of maps/."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from gridkit.catalog import definitions
from gridkit.recipes.laying import layer
from gridkit.recipes.progress import silent
from gridkit.render.compose import Choices, compose

if TYPE_CHECKING:
    from pathlib import Path

    from gridkit.plan.plan import Plan
    from gridkit.recipes.progress import Progress
    from gridkit.render.compose import GridMap


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
    fresh = plan if "balance" in plan.layers and "balance" not in plan.stale else layer(plan, "balance")
    held = tuple(name for name in chosen.layers if name in fresh.layers)
    progress("drawing the map", None)
    # A view lists every layer it can show; which of them a plan holds is the planner's business, not a warning's.
    return compose(fresh, replace(chosen, layers=held), other=other, choices=choices or Choices(lang="en"))
