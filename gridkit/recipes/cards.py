"""The cards of a plan, one sheet of A4 per grid."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from gridkit.face import face, several
from gridkit.language.reader import language
from gridkit.recipes.refresh import current
from gridkit.render.papers import cards as sheets

if TYPE_CHECKING:
    from collections.abc import Sequence

    from gridkit.plan.plan import Plan


@face("cards")
def cards(
    plan: Plan,
    path: str | Path = "cards.pdf",
    *,
    approval: str = "",
    grids: str | Sequence[str] = (),
    lang: str | None = None,
    overwrite: bool = False,
) -> Path:
    """Write the cards of a plan (.pdf), one sheet of A4 per grid.

    Parameters
    ----------
    plan
        A plan made by gridkit.split(...): a file, or postgresql://HOST/DB:SCHEMA. In Python the plan itself: see
        :func:`gridkit.read_plan`.
    approval
        Map-approval number (审图号) of what leaves the office.
    grids
        Only this grid; one or several.
    lang
        Language, such as en or zh.
    path
        The file to write.
    overwrite
        Replace the output if it exists.
    """
    chosen = several(grids) or None
    lang = language(lang, plan.parameters.lang)
    sheets.cards(current(plan), path, lang=lang, grids=chosen, approval=approval, overwrite=overwrite)
    return Path(path)
