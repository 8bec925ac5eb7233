"""Departments' nets laid over a plan."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from gridkit.commands.output import save

if TYPE_CHECKING:
    from pathlib import Path

    from gridkit.commands.console import Console
    from gridkit.plan.plan import Plan


def overlay(
    console: Console,
    *,
    plan: Path,
    output: Path | None,
    overwrite: bool,
    json: bool,
    **choices: Any,  # noqa: ANN401 - options
) -> None:
    """Lay departments' nets over a plan and keep them in it; or write what was found as a workbook or a map."""
    from gridkit.recipes import departments as recipe
    from gridkit.recipes import plans

    with console.progress() as progress:
        laid = recipe.departments_overlay(plans.read_plan(plan), **choices, progress=progress)
        _written(laid, plan, output, overwrite=overwrite, lang=console.asked)
    console.show("departments overlay", str(output or plan), laid.layers[recipe.LAYER].facts, as_json=json)


def harmonise(
    console: Console,
    *,
    plan: Path,
    output: Path | None,
    overwrite: bool,
    json: bool,
    **choices: Any,  # noqa: ANN401 - options
) -> None:
    """Move departments' nets so that they fit a plan's grids, and keep them in it."""
    from gridkit.recipes import departments as recipe
    from gridkit.recipes import plans

    with console.progress() as progress:
        fitted = recipe.departments_harmonise(plans.read_plan(plan), **choices, progress=progress)
        if output is not None and output.suffix.lower() == ".pdf":
            recipe.write_proposal(fitted, output, lang=console.lang, overwrite=overwrite)
        else:
            _written(fitted, plan, output, overwrite=overwrite, lang=console.asked)
    facts = fitted.layers[recipe.LAYER].facts
    body = facts if json else {key: facts[key] for key in ("goal", "cost", "bound", "proven", "ways", "harmony")}
    console.show("departments harmonise", str(output or plan), body, as_json=json)


def _written(laid: Plan, plan: Path, output: Path | None, *, overwrite: bool, lang: str | None) -> None:
    """Write the plan with its nets; as a map or a workbook where the file is to be one."""
    from gridkit.recipes import map as maps
    from gridkit.recipes import report

    kind = "" if output is None else output.suffix.lower()
    if output is not None and kind in (".html", ".htm"):
        maps.map(laid, view="departments", lang=lang).save(output, overwrite=overwrite)
    elif output is not None and kind == ".xlsx":
        report.report(laid, output, lang=lang, overwrite=overwrite)
    else:
        save(laid, plan, output, overwrite=overwrite)
