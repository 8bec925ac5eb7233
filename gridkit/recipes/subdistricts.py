"""One plan per subdistrict (街道), and their plans put together again."""

from __future__ import annotations

import warnings
from typing import TYPE_CHECKING

from gridkit import atomic
from gridkit.errors import GridkitWarning
from gridkit.face import face
from gridkit.inputs import apart, files
from gridkit.language.phrases import LIST, joined, template
from gridkit.plan.brought import OF_LAYERS
from gridkit.plan.life import subdistricts
from gridkit.plan.life.gathered import FROM, laid
from gridkit.recipes.plans import write_plans
from gridkit.recipes.refresh import afresh, refresh

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from gridkit.plan.plan import Plan


@face("part")
def part(
    plan: Plan,
    by: str,
    path: str | Path = "streets",
    *,
    overwrite: bool = False,
) -> list[Path]:
    """Write one plan per subdistrict into a folder, all or none, and return the files, named by subdistrict.

    Parameters
    ----------
    plan
        A plan made by gridkit.split(...): a file, or postgresql://HOST/DB:SCHEMA. In Python the plan itself: see
        :func:`gridkit.read_plan`.
    by
        Column of the districts that names the subdistrict.
    path
        The folder to write to.
    overwrite
        Replace the output if it exists.
    """
    plans = subdistricts.part(plan, by)
    folder = atomic.folder(path)
    targets = {name: folder / f"{atomic.slug(name)}.gpkg" for name in plans}
    for target in targets.values():
        apart(target, files(plan))
        atomic.refuse(target, overwrite=overwrite)
    return write_plans({targets[name]: afresh(each) for name, each in plans.items()}, overwrite=overwrite)


@face("join")
def join(
    plan: Plan,
    parts: Mapping[str, Plan],
) -> Plan:
    """Return the whole plan with what was done in its parts; edges that no longer match are refused.

    Parameters
    ----------
    plan
        The whole plan, as it was parted.
    parts
        Plans that gridkit.part(...) wrote. In Python the plans by the name of their subdistrict.
    """
    whole = refresh(subdistricts.join(plan, parts))
    join_step = next(each for each in reversed(whole.history) if each.command == subdistricts.JOIN)
    for name, count in join_step.parameters.get(subdistricts.ELSEWHERE, {}).items():
        said = template(
            "{count} row belongs to another part than the one it was laid in: not taken",
            "{count} rows belong to another part than the one they were laid in: not taken",
        )
        mend = template("lay the layer in each part with rows of its own, or once in the whole plan")
        warnings.warn(GridkitWarning(said, where=name, mend=mend, count=count), stacklevel=2)
    for name, count in join_step.parameters.get(subdistricts.NOWHERE, {}).items():
        said = template(
            "{count} row that was laid in a part belongs to no place of the plan: not taken",
            "{count} rows that were laid in parts belong to no place of the plan: not taken",
        )
        mend = template("name the grid or community of each, or lay the layer once in the whole plan")
        warnings.warn(GridkitWarning(said, where=name, mend=mend, count=count), stacklevel=2)
    # What cannot be measured on the whole either stays where it was laid.
    lost = [name for name in whole.layers if name not in plan.layers and name in whole.stale]
    behind = subdistricts.left_behind(whole, parts)
    for name, steps in behind.items():
        left = GridkitWarning(
            "what was laid on this part or said of it stays there: {steps}",
            where=name,
            mend="do the same with the whole plan",
            steps=joined(steps, LIST),
        )
        warnings.warn(left, stacklevel=2)
    if not lost:
        return whole
    without = {table for name in lost for table in OF_LAYERS.get(name, (name,))}
    return whole.having(
        layers={name: layer for name, layer in whole.layers.items() if name not in lost},
        brought={name: table for name, table in whole.brought.items() if name in plan.brought or name not in without},
        history=tuple(each for each in whole.history if FROM not in each.parameters or laid(each) not in lost),
    )
