"""One plan per subdistrict (街道), and their plans put together again."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from gridkit.commands.output import ready, save

if TYPE_CHECKING:
    from gridkit.commands.console import Console


def part(console: Console, *, plan: Path, **choices: Any) -> None:  # noqa: ANN401 - options
    """Write one plan per subdistrict, to be worked on apart."""
    from gridkit.recipes import plans
    from gridkit.recipes import subdistricts as recipe

    for path in recipe.part(plans.read_plan(plan), **choices):
        console.say("{path} is written", path=path)


def join(console: Console, *, plan: Path, parts: list[str], output: Path | None, overwrite: bool) -> None:
    """Put the plans of subdistricts together again."""
    from gridkit.recipes import plans
    from gridkit.recipes import subdistricts as recipe

    ready(plan, output, overwrite=overwrite)
    joined = recipe.join(plans.read_plan(plan), {Path(path).stem: plans.read_plan(path) for path in parts})
    save(joined, plan, output, overwrite=overwrite)
    console.say("{path} is written", path=output or plan)
