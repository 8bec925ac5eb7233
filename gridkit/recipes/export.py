"""The papers that go with a plan, and the plan in other programs' formats."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gridkit.recipes.refresh import current
from gridkit.render import export as formats

if TYPE_CHECKING:
    from pathlib import Path

    from gridkit.plan.plan import Plan


def export(plan: Plan, path: str | Path, *, table: str = "grids", overwrite: bool = False) -> dict[str, str]:
    """Write the grids or units of a plan in the format that the file's ending names; return the columns renamed."""
    return formats.export(current(plan), path, table=table, overwrite=overwrite)
