"""What officials send back from the map: taken into a plan, answered, and written as a reply."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal, cast

from gridkit.errors import UsageError
from gridkit.face import face, several
from gridkit.language.reader import language
from gridkit.plan.life import edits_file, feedback
from gridkit.recipes.refresh import refresh
from gridkit.store import sheets

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    import pandas as pd

    from gridkit.plan.plan import Plan

    Status = Literal["open", "accepted", "declined"]


_SIDE = ("comment_id", "kind", "unit_id", "grid_id", "to_grid", "author", "text", "reason", "source")
"""What is said of a wish that waits or was refused."""


@face("edits import")
def import_edits(
    plan: Plan,
    files: Sequence[str | Path],
    *,
    loose: bool = False,
    rebase: bool = False,
) -> Plan:
    """Return the plan with what fits of the officials' edits applied, and everything they said kept with its status.

    Logs of several people are merged by the ids of their acts and told in the order of time; what people disagree about
    waits until it is decided.

    Parameters
    ----------
    plan
        A plan file made by gridkit.split(...). In Python the plan itself: see :func:`gridkit.read_plan`.
    files
        Edits exported from a map, or annotated copies of it.
    loose
        Let grids leave the range of size.
    rebase
        Take edits made on another state of the plan. As far as they still fit.
    """
    return refresh(feedback.take(plan, [edits_file.read(path) for path in several(files)], loose=loose, rebase=rebase))


@face("edits decide")
def decide_edits(
    plan: Plan,
    answers: Mapping[str, str],
    *,
    loose: bool = False,
) -> Plan:
    """Return the plan with comments answered: ``accepted``, ``declined`` or ``open``, each perhaps with a reason.

    Parameters
    ----------
    plan
        A plan file made by gridkit.split(...). In Python the plan itself: see :func:`gridkit.read_plan`.
    answers
        accepted, declined or open. ``STATUS`` or ``STATUS:REASON`` by the comment's id.
    loose
        Let grids leave the range of size.
    """
    decisions = {}
    for name, text in answers.items():
        status, _, reason = text.partition(":")
        if status not in ("accepted", "declined", "open"):
            raise UsageError(
                "{status!r} is no decision", where=name, mend="write accepted, declined or open", status=status
            )
        decisions[name] = feedback.Decision(cast("Status", status), reason.strip())
    return refresh(feedback.decide(plan, decisions, loose=loose))


@face("edits list")
def list_edits(
    plan: Plan,
    *,
    lang: str | None = None,
) -> dict[str, Any]:
    """Return what officials asked of a plan, JSON-ready: counts by status, each wish, the sides of open conflicts.

    Parameters
    ----------
    plan
        A plan file made by gridkit.split(...). In Python the plan itself: see :func:`gridkit.read_plan`.
    lang
        Language, such as en or zh.
    """
    spoken = language(lang, plan.parameters.lang)
    held = plan.records.get("comments")
    counted = {} if held is None else held["status"].value_counts().to_dict()
    return {
        **{str(status): int(count) for status, count in counted.items()},
        "wishes": _records(feedback.reply(plan, spoken)),
        "conflicts": _records(feedback.told(feedback.conflicts(plan), spoken)[list(_SIDE)]),
    }


def imported(before: Plan, after: Plan, lang: str) -> dict[str, Any]:
    """Return what an import came to, JSON-ready: the list of all wishes, and those that this import ``refused``."""
    news = feedback.declined(before, after)
    return {**list_edits(after, lang=lang), "refused": _records(feedback.told(news, lang)[list(_SIDE)])}


def _records(table: pd.DataFrame) -> list[dict[Any, Any]]:
    return table.astype(object).where(table.notna(), None).to_dict("records")


@face("edits reply")
def reply_edits(
    plan: Plan,
    path: str | Path = "reply.csv",
    *,
    lang: str | None = None,
    overwrite: bool = False,
) -> Path:
    """Write the sheet that goes back to those who commented, as .csv or .xlsx.

    Parameters
    ----------
    plan
        A plan file made by gridkit.split(...). In Python the plan itself: see :func:`gridkit.read_plan`.
    lang
        Language, such as en or zh.
    path
        A .csv or .xlsx file.
    overwrite
        Replace the output if it exists.
    """
    return sheets.write(feedback.reply(plan, language(lang, plan.parameters.lang)), path, overwrite=overwrite)
