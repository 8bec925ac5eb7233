"""What officials send back from the map: taken into a plan, answered, and written as a reply."""

from __future__ import annotations

import warnings
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, cast

import pandas as pd

from gridkit.errors import GridkitWarning, TableError, UsageError
from gridkit.face import face, several
from gridkit.language.phrases import joined, template
from gridkit.language.reader import language
from gridkit.plan.life import edits_file, feedback, typed
from gridkit.recipes.refresh import refresh
from gridkit.sources import filled
from gridkit.store import geopackage, sheets

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from gridkit.plan.plan import Plan
    from gridkit.project import Source

    Status = Literal["open", "accepted", "declined"]


_SIDE = ("comment_id", "kind", "unit_id", "grid_id", "to_grid", "author", "text", "reason", "source")
"""What is said of a wish that waits or was refused."""
_TABLES = (".csv", ".xlsx")
"""Endings of tables that slips and walking sheets are typed into."""


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
    waits until it is decided. Slips that came back on paper are judged with them, none before the other.

    Parameters
    ----------
    plan
        A plan made by gridkit.split(...): a file, or postgresql://HOST/DB:SCHEMA. In Python the plan itself: see
        :func:`gridkit.read_plan`.
    files
        Edits exported from a map, annotated copies of it, a copy of the plan in which units have other grids, or tables
        of filled-in slips, .csv or .xlsx.
    loose
        Let grids leave the range of size.
    rebase
        Take edits made on another state of the plan. As far as they still fit.
    """
    every = several(files)
    slips = [filled.read(path) for path in every if _is_table(path)]
    logs = [path for path in every if not _is_table(path)]
    read = [_moved(plan, path) if _is_plan(path) else edits_file.read(path) for path in logs]
    if slips:
        plan, typed_sheet = _typed(
            plan, pd.concat(slips, ignore_index=True), _named(path for path in every if _is_table(path))
        )
        read.append(typed_sheet)
    return refresh(feedback.take(plan, read, loose=loose, rebase=rebase))


def _is_table(path: str | Path) -> bool:
    return Path(path).suffix.casefold() in _TABLES


def _is_plan(path: str | Path) -> bool:
    return Path(path).suffix.casefold() == ".gpkg" and Path(path).is_file() and geopackage.holds_plan(path)


def _moved(plan: Plan, path: str | Path) -> edits_file.EditSheet:
    """Return what was changed in a copy of a plan, in QGIS or elsewhere, as moves: units whose grid is another now.

    Raises
    ------
    TableError
        When the plan has changed since it was copied, so that a difference may be anybody's, or its units are others.
    """
    with warnings.catch_warnings():  # that the file was changed is what it is brought for
        warnings.simplefilter("ignore", GridkitWarning)
        copy = geopackage.read(path)
    if copy.history != plan.history or set(copy.units.index) != set(plan.units.index):
        raise TableError(
            "this is no copy of the plan as it is now: one of them was drawn anew since",
            where=path,
            mend="see who changes grid by gridkit compare, or bring the copy into the plan that it was made of",
        )
    now = copy.units["grid_id"].reindex(plan.units.index)
    grids = set(plan.grids.index)
    moves: list[typed.Told] = []
    for unit, (was, to) in pd.DataFrame({"was": plan.units["grid_id"], "to": now}).iterrows():
        if was != to:
            if to not in grids:
                raise TableError(
                    "there is no grid {grid!r}", where=f"{path}: {unit}", mend="write a code of the plan", grid=to
                )
            wish = edits_file.Wish(id="?", unit_id=str(unit), was=str(was), to=str(to))
            moves.append(typed.Told(wish, str(path), str(path)))
    return typed.sheet(plan, moves, Path(path).name)


@face("edits type")
def type_edits(
    plan: Plan,
    files: Source | Sequence[Source] = (),
    *,
    loose: bool = False,
) -> Plan:
    """Return the plan with filled-in comment slips and walking sheets taken into its log, as edits of a map are.

    Parameters
    ----------
    plan
        A plan made by gridkit.split(...): a file, or postgresql://HOST/DB:SCHEMA. In Python the plan itself: see
        :func:`gridkit.read_plan`.
    files
        Tables of filled-in slips and walking sheets, .csv or .xlsx; without one they are asked for.
    loose
        Let grids leave the range of size.
    """
    tables = [filled.read(each) for each in several(files)]
    if not tables:
        raise UsageError("there is nothing to type in", where="edits type", mend="name a table of slips, .csv or .xlsx")
    return typed_in(plan, pd.concat(tables, ignore_index=True), loose=loose, source=_named(several(files)))


def blank_table(path: str | Path, *, lang: str, overwrite: bool = False) -> Path:
    """Write an empty table of slips and walking sheets, .xlsx or .csv, headed in a language; return where it is."""
    return sheets.write(filled.blank(lang), path, overwrite=overwrite)


def typed_in(plan: Plan, rows: pd.DataFrame, *, loose: bool = False, source: str = "", lang: str = "") -> Plan:
    """Return the plan with rows of :func:`gridkit.sources.filled.read` taken in: lines first, then acts."""
    walked, said = _typed(plan, rows, source, lang)
    return refresh(feedback.take(walked, [said], loose=loose) if said.acts else walked)


def _typed(plan: Plan, rows: pd.DataFrame, source: str = "", lang: str = "") -> tuple[Plan, edits_file.EditSheet]:
    """Return the plan with the lines that were walked, and what else the rows say as one log.

    Raises
    ------
    TableError
        When a row cannot be taken, or one hand says two things of one unit on one day.
    """
    reader = typed.Reader(plan, language(lang or None, plan.parameters.lang))
    told: list[typed.Told] = []
    lines: dict[str, tuple[str, str]] = {}
    walkers: list[str] = []
    faults: list[str] = []
    for row in cast("list[dict[str, str]]", rows.to_dict("records")):
        try:
            acts, follows = typed.told(reader, row)
        except TableError as error:
            faults.append(error.phrase())
            continue
        told += acts
        lines |= follows
        walkers += [row["name"]] if follows and row["name"] else []
    if faults:
        raise TableError(
            template("{count} row cannot be taken: {said}", "{count} rows cannot be taken: {said}"),
            mend="correct them and read the table again: nothing of it was taken",
            count=len(faults),
            said=joined(faults[:5]),
        )
    typed.agreed(reader, told)
    return typed.relined(plan, lines, ", ".join(dict.fromkeys(walkers))), typed.sheet(plan, told, source)


def _named(files: Iterable[object]) -> str:
    """Return the names of tables, as the log says where an act came from."""
    return ", ".join(Path(str(each)).name for each in files if isinstance(each, str | Path))


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
        A plan made by gridkit.split(...): a file, or postgresql://HOST/DB:SCHEMA. In Python the plan itself: see
        :func:`gridkit.read_plan`.
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
        A plan made by gridkit.split(...): a file, or postgresql://HOST/DB:SCHEMA. In Python the plan itself: see
        :func:`gridkit.read_plan`.
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
        A plan made by gridkit.split(...): a file, or postgresql://HOST/DB:SCHEMA. In Python the plan itself: see
        :func:`gridkit.read_plan`.
    lang
        Language, such as en or zh.
    path
        A .csv or .xlsx file.
    overwrite
        Replace the output if it exists.
    """
    return sheets.write(feedback.reply(plan, language(lang, plan.parameters.lang)), path, overwrite=overwrite)
