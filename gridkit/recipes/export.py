"""The papers that go with a plan, and the plan in other programs' formats."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gridkit.face import face
from gridkit.recipes.refresh import refreshed
from gridkit.render import export as formats

if TYPE_CHECKING:
    from pathlib import Path

    from gridkit.plan.plan import Plan


@face("export")
def export(
    plan: Plan,
    path: str | Path = "grids.geojson",
    *,
    format: str = "",
    table: str = "grids",
    overwrite: bool = False,
) -> dict[str, str]:
    """Write the grids or units of a plan in the format that the file's ending names; return the columns renamed.

    Parameters
    ----------
    plan
        A plan file made by gridkit.split(...). In Python the plan itself: see :func:`gridkit.read_plan`.
    format
        The format by its ending, such as geojson or csv, where the file's name does not say it.
    table
        grids, units, borders, districts, labels (unit to grid), a layer, or LAYER:TABLE.
    path
        The file to write.
    overwrite
        Replace the output if it exists.
    """
    return formats.export(refreshed(plan), path, table=table, form=format, overwrite=overwrite)
