"""Where a changed plan goes."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

    from gridkit.plan.plan import Plan


def ready(source: Path, output: Path | None, *, overwrite: bool) -> None:
    """Say before the work why a changed plan cannot be written, rather than after it."""
    from gridkit.atomic import refuse

    if output is not None or source.is_file():
        refuse(output or source, overwrite=overwrite or output is None)


def save(plan: Plan, source: Path, output: Path | None, *, overwrite: bool) -> None:
    """Write a changed plan to ``output``, or over its own file."""
    from gridkit.recipes import plans

    plans.write_plan(plan, output or source, overwrite=overwrite or output is None)
