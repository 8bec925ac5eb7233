"""Two plans, or grids a city had and a plan, compared."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gridkit.face import face
from gridkit.plan import compare as compared
from gridkit.recipes.plans import plan_before, plan_or_polygons, required_plan
from gridkit.recipes.progress import shown

if TYPE_CHECKING:
    from gridkit.plan.compare import Comparison
    from gridkit.plan.plan import Plan
    from gridkit.project import Source
    from gridkit.recipes.progress import Progress


@face("compare")
def compare(
    old: Source | Plan,
    new: Source | Plan,
    *,
    crs: str | None = None,
    progress: Progress | None = None,
) -> Comparison:
    """Return what changed from one plan, or any layer of grids, to another plan.

    Parameters
    ----------
    old
        A plan, any layer of grids (FILE[:LAYER]), or a table of unit_id and grid_id. Polygons bring their code in
        ``grid_id``, under another usual head, or in the column named: FILE[:LAYER]:COLUMN.
    new
        A plan.
    crs
        CRS of inputs that name none, such as EPSG:4528. Work is done in metres whatever the inputs are in.
    progress
        Called with the words of each stage and the share done. In a notebook a bar shows them without it.
    """
    after = required_plan(plan_or_polygons(new), new)
    tell = shown(progress)
    tell("comparing", None)
    return compared.compare(plan_before(old, after, said=crs), after)
