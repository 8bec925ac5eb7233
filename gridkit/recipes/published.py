"""What a public page is remembered by: judged beside all editions before it, and kept in the plan."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from gridkit.errors import OutputError
from gridkit.language.phrases import template
from gridkit.plan.published import NAMES, Edition
from gridkit.recipes.plans import write_plan
from gridkit.render.page.payload import HIDDEN

if TYPE_CHECKING:
    from collections.abc import Mapping

    from gridkit.measure.privacy.series import Verdict
    from gridkit.plan.plan import Plan
    from gridkit.render.page.compose import GridMap


@dataclass(frozen=True)
class Judgement:
    """What the attack on all editions found.

    Attributes
    ----------
    verdict, before
        Of all editions with this one, and of those before it.
    editions
        How many there are with this one.
    least
        The least count that anybody can compute; None where none is told at all.
    """

    verdict: Verdict
    before: Verdict
    editions: int
    least: float | None


def judged(page: GridMap) -> Judgement:
    """Return what can be got out of a public page and all that was published before.

    Raises
    ------
    OutputError
        When it would tell counts that are to be withheld.
    """
    kept = page.withheld
    if kept is None or kept.book is None:
        raise OutputError("this page is not for the public", mend="publish a view whose audience is public")
    book = kept.book
    verdict = book.verdict(kept.least)
    # Where nothing is told by all of them, nothing is by some.
    before = book.verdict(kept.least, past=True) if verdict.told else verdict
    if verdict.told > before.told:
        raise OutputError(
            template(
                "{count} count below {limit} could be computed from this and earlier editions",
                "{count} counts below {limit} could be computed from this and earlier editions",
            ),
            mend="leave layers out of the view, or publish it later with larger counts",
            count=verdict.told - before.told,
            limit=kept.least,
        )
    earlier = 0 if "published" not in book.plan.records else len(book.plan.records["published"])
    # What is bound to no other piece is a sum of pieces of which each may be as large as the limit.
    least = verdict.least if verdict.least is None or verdict.told else max(verdict.least, float(kept.least))
    return Judgement(verdict, before, earlier + 1, least)


def remembered(plan: Plan, page: GridMap, view: str, output: str = "page", found: Judgement | None = None) -> Plan:
    """Return a plan with a public page among its editions.

    Raises
    ------
    OutputError
        When the page would tell counts that are to be withheld.
    """
    found = found or judged(page)
    kept, cells = page.withheld, printed(page.printed)
    if kept is None or kept.book is None:  # pragma: no cover - judged says so
        return plan
    tally = Counter(value is None for row in cells.values() for value in row.values())
    edition = Edition(
        output=output,
        view=view,
        layers=tuple(dict.fromkeys(each["layer"] for each in columns(page.printed) if each["layer"])),
        limit=kept.least,
        printed=cells,
        shown=tally[False],
        withheld=tally[True],
        least=found.least,
    )
    records = kept.book.kept(edition).records
    return plan.having(records={**plan.records, **{name: records[name] for name in NAMES if name in records}})


def kept_in_file(plan: Plan, page: GridMap, view: str) -> None:
    """Write into a plan's own file that a page of it is being published.

    Raises
    ------
    OutputError
        When the plan is in no file, or its file was changed meanwhile.
    """
    if plan.origin is None:
        raise OutputError(
            "a plan remembers in its file what was published of it, and this one is in none",
            mend="write the plan and read it from there, or use gridkit.publish",
        )
    write_plan(remembered(plan, page, view), plan.origin.path, overwrite=True)


def columns(drawn: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Return the columns of numbers on a page."""
    return [each for each in drawn["columns"] if each is not None]


def printed(drawn: Mapping[str, Any]) -> dict[str, dict[str, Any]]:
    """Return what a page prints of each grid, by column; None where it is withheld, nothing where nothing is known."""
    found: dict[str, dict[str, Any]] = {str(grid): {} for grid in drawn["ids"]}
    for column in columns(drawn):
        name = f"{column['layer']}/{column['name']}" if column["layer"] else column["name"]
        for grid, value in zip(found, column["of"], strict=True):
            if value is not None:
                found[grid][name] = None if value == HIDDEN else value
    return found
