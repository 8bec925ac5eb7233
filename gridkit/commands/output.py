"""Where a changed plan goes."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

    from gridkit.plan.plan import Plan


def save(plan: Plan, source: Path, output: Path | None, *, overwrite: bool) -> None:
    """Write a changed plan to ``output``, or over its own file."""
    from gridkit.recipes import plans

    plans.write_plan(plan, output or source, overwrite=overwrite or output is None)
