"""Where a changed plan goes."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

    from gridkit.commands.console import Console
    from gridkit.database.address import Address
    from gridkit.plan.plan import Plan
    from gridkit.plan.told import Told


def ready(source: Path | Address, output: Path | Address | None, *, overwrite: bool) -> None:
    """Say before the work why a changed plan cannot be written, rather than after it."""
    from gridkit.database.address import names_database
    from gridkit.recipes.plans import refuse_plan

    if output is not None or names_database(source) or Path(str(source)).is_file():
        refuse_plan(output or source, overwrite=overwrite or output is None)


def save(plan: Plan, source: Path | Address, output: Path | Address | None, *, overwrite: bool) -> None:
    """Write a changed plan to ``output``, or over its own file."""
    from gridkit.recipes import plans

    plans.write_plan(plan, output or source, overwrite=overwrite or output is None)


def keeping(plan: Path | None, output: Path | None, *, overwrite: bool) -> None:
    """Say before the work why what is found cannot be written: into the plan that is named, or as a table."""
    from gridkit.atomic import refuse

    if plan is not None:
        ready(plan, output, overwrite=overwrite)
    elif output is not None:
        refuse(output, overwrite=overwrite)


def keep(told: Told, plan: Path | None, output: Path | None, *, overwrite: bool) -> None:
    """Write the plan that keeps what was found; without one, its first table."""
    from gridkit.store import sheets

    if plan is not None and told.plan is not None:
        save(told.plan, plan, output, overwrite=overwrite)
    elif output is not None:
        sheets.write(next(iter(told.tables.values())).reset_index(), output, overwrite=overwrite)


def laid(
    console: Console,
    plan: Path,
    output: Path | None,
    *,
    overwrite: bool,
    lay: Callable[..., Plan],
    view: str = "",
) -> Plan:
    """Return the plan with what ``lay`` counts on it, kept in a plan's file, or written as its workbook or its map.

    Parameters
    ----------
    view
        The map that a file ending in .html becomes; none is written where it is empty.
    """
    from gridkit.recipes import map as maps
    from gridkit.recipes import plans
    from gridkit.recipes.report import report

    kind = "" if output is None else output.suffix.lower()
    book, page = kind == ".xlsx", bool(view) and kind in (".html", ".htm")
    if not book and not page:
        ready(plan, output, overwrite=overwrite)
    with console.progress() as progress:
        after = lay(plans.read_plan(plan), progress=progress)
        if page and output is not None:
            maps.map(after, view=view, lang=console.asked).save(output, overwrite=overwrite)
        elif book and output is not None:
            report(after, output, lang=console.asked, overwrite=overwrite)
        else:
            save(after, plan, output, overwrite=overwrite)
    return after


def measured(
    console: Console,
    command: str,
    measure: Callable[..., Told],
    subject: Path,
    *,
    plan: Path | None,
    output: Path | None,
    overwrite: bool,
    json: bool,
) -> None:
    """Print what ``measure`` finds in a table of its own; a plan that is named keeps it."""
    from gridkit.recipes import plans

    keeping(plan, output, overwrite=overwrite)
    with console.progress() as progress:
        told = measure(plan=None if plan is None else plans.read_plan(plan), progress=progress)
        keep(told, plan, output, overwrite=overwrite)
    console.show(command, str(output or plan or subject), told.facts if json else told.said(), as_json=json)
