"""One plan beside many drawn at random."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gridkit.catalog.presets import presets
from gridkit.face import face
from gridkit.plan import ensemble as drawn
from gridkit.plan.arrays import prices
from gridkit.recipes.progress import shown
from gridkit.store import sheets

if TYPE_CHECKING:
    from pathlib import Path

    from gridkit.plan.ensemble import Ensemble
    from gridkit.plan.plan import Plan
    from gridkit.recipes.progress import Progress


@face("ensemble")
def ensemble(
    plan: Plan,
    *,
    plans: int = 1000,
    seed: int = 0,
    progress: Progress | None = None,
) -> Ensemble:
    """Draw plans at random that obey the same rules as a plan, and say where it lies among them on each measure.

    Plans come up in proportion to the spanning trees of their grids, so compact grids more often; nothing else is
    preferred. Parents, compounds, locks, dedicated grids and the range of size hold in all of them.

    Parameters
    ----------
    plan
        A plan made by gridkit.split(...): a file, or postgresql://HOST/DB:SCHEMA. In Python the plan itself: see
        :func:`gridkit.read_plan`.
    plans
        How many plans are drawn.
    seed
        Same plan and seed, same plans drawn.
    progress
        Called with the words of each stage and the share done. In a notebook a bar shows them without it.
    """
    tell = shown(progress)
    tell("drawing plans at random", 0.0)
    paid = prices(presets()[plan.parameters.preset or "cn-social"])
    return drawn.ensemble(plan, paid, plans, seed, lambda share: tell("drawing plans at random", share))


def write_ensemble(found: Ensemble, output: Path, *, overwrite: bool = False) -> Path:
    """Write the measures of every plan drawn, and in the first row, numbered 0, those of the plan itself."""
    rows = found.table.copy()
    rows.loc[0] = found.own
    return sheets.write(rows.sort_index().reset_index(), output, overwrite=overwrite)
