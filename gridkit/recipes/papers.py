"""The papers that go with a plan, and the plan in other programs' formats."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from gridkit.recipes.changing import compare
from gridkit.recipes.judging import audit
from gridkit.recipes.progress import silent
from gridkit.render import cards as sheets
from gridkit.render import export as formats
from gridkit.render import report as workbooks

if TYPE_CHECKING:
    from collections.abc import Iterable

    import geopandas as gpd

    from gridkit.plan.plan import Plan
    from gridkit.recipes.progress import Progress


def report(
    plan: Plan,
    path: str | Path,
    *,
    lang: str = "en",
    against: str | Path | Plan | gpd.GeoDataFrame | None = None,
    overwrite: bool = False,
    progress: Progress = silent,
) -> Path:
    """Write the workbook of a plan (.xlsx): summary, grids, audit, layers, staff, and the changes since another plan.

    Parameters
    ----------
    lang
        ``en`` or ``zh``.
    against
        The plan, or layer of grids, whose differences get a sheet.
    """
    judged = audit(plan, progress=progress)
    comparison = None if against is None else compare(against, plan, progress=progress)
    progress("writing the workbook", None)
    workbooks.report(plan, path, lang=lang, audit=judged, comparison=comparison, overwrite=overwrite)
    return Path(path)


def cards(
    plan: Plan,
    path: str | Path,
    *,
    lang: str = "en",
    grids: Iterable[str] = (),
    approval: str = "",
    overwrite: bool = False,
) -> Path:
    """Write the cards of a plan (.pdf), one sheet of A4 per grid.

    Parameters
    ----------
    grids
        Codes of the grids that get a card; all when empty.
    approval
        The map-approval number (审图号) printed on each.
    """
    chosen = tuple(grids) or None
    sheets.cards(plan, path, lang=lang, grids=chosen, approval=approval, overwrite=overwrite)
    return Path(path)


def export(plan: Plan, path: str | Path, *, table: str = "grids", overwrite: bool = False) -> dict[str, str]:
    """Write the grids or units of a plan in the format that the file's ending names; return the columns renamed."""
    return formats.export(plan, path, table=table, overwrite=overwrite)
