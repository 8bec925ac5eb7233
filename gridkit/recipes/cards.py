"""The cards of a plan, one sheet of A4 per grid."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from gridkit.recipes.refresh import current
from gridkit.render.papers import cards as sheets

if TYPE_CHECKING:
    from collections.abc import Iterable

    from gridkit.plan.plan import Plan


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
    sheets.cards(current(plan), path, lang=lang, grids=chosen, approval=approval, overwrite=overwrite)
    return Path(path)
