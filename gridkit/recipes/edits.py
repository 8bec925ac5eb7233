"""What officials send back from the map: taken into a plan, answered, and written as a reply."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal, cast

from gridkit.errors import UsageError
from gridkit.plan.life import edits_file, feedback
from gridkit.recipes.refresh import refresh
from gridkit.store import sheets

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    import geopandas as gpd

    from gridkit.plan.plan import Plan

    Source = str | Path | gpd.GeoDataFrame
    Status = Literal["open", "accepted", "declined"]


def import_edits(plan: Plan, files: Sequence[str | Path], *, loose: bool = False, rebase: bool = False) -> Plan:
    """Return the plan with what fits of the officials' edits applied, and everything they said kept with its status.

    Parameters
    ----------
    files
        Edits exported from a map, or annotated copies of the map itself.
    loose
        Let grids leave the band.
    rebase
        Take edits that were made on another state of the plan, as far as they still fit.
    """
    return refresh(feedback.take(plan, [edits_file.read(path) for path in files], loose=loose, rebase=rebase))


def decide(plan: Plan, answers: Mapping[str, str], *, loose: bool = False) -> Plan:
    """Return the plan with comments answered: ``accepted``, ``declined`` or ``open``, each perhaps with a reason.

    Parameters
    ----------
    answers
        ``STATUS`` or ``STATUS:REASON`` by the comment's id.
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


def comments(plan: Plan, lang: str = "en") -> dict[str, Any]:
    """Return what officials asked of a plan, JSON-ready: counts by status, each wish, the sides of open conflicts."""
    rows = feedback.reply(plan, lang)
    held = plan.records.get("comments")
    sides = feedback.conflicts(plan)
    counted = {} if held is None else held["status"].value_counts().to_dict()
    return {
        **{str(status): int(count) for status, count in counted.items()},
        "wishes": rows.astype(object).where(rows.notna(), None).to_dict("records"),
        "conflicts": sides[["unit_id", "to_grid", "author", "text", "source"]].to_dict("records"),
    }


def write_reply(plan: Plan, path: str | Path, *, lang: str = "en", overwrite: bool = False) -> Path:
    """Write the sheet that goes back to those who commented, as .csv or .xlsx."""
    return sheets.write(feedback.reply(plan, lang), path, overwrite=overwrite)
