"""What officials sent back from the map: their moves, locks and comments, merged, checked and answered.

::

    take(plan, sheets, loose=False, rebase=False) -> Plan
                                                    what fits is applied; everything is kept in ``records["comments"]``
    conflicts(plan) -> DataFrame                    moves of one unit to different grids, one row per side
    decide(plan, {comment_id: Decision(...)}) -> Plan
    reply(plan, lang) -> DataFrame                  the sheet that goes back: each wish, its status and the reason
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from gridkit.crs import LONLAT
from gridkit.errors import GridkitError, TableError, nearest
from gridkit.graph import components
from gridkit.language.labels import code, label
from gridkit.language.numbers import moment
from gridkit.language.packing import packed, unpacked
from gridkit.language.phrases import Phrase, spoken
from gridkit.plan.life.edit import Free, Lock, Move, Together, edit
from gridkit.plan.plan import COMMENTS, Plan

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from gridkit.plan.life.edits_file import EditSheet


# ------------------------------------------------------------------ taking them in
@dataclass(frozen=True)
class Decision:
    """What a planner answers: ``accepted`` or ``declined`` (or ``open`` again), and why."""

    status: Literal["open", "accepted", "declined"]
    answer: str = ""


_APPLIED = Phrase("applied")


def take(plan: Plan, sheets: Sequence[EditSheet], *, loose: bool = False, rebase: bool = False) -> Plan:
    """Return the plan with every edit that fits applied, and everything that was said kept with its status.

    Moves that hang together (they touch the same grids) are checked as one: contiguity, parent, locks and band. Those
    that fail are declined with the reason; moves of one unit to different grids wait as conflicts, none of them
    applied. Reading the same file again changes nothing.

    Parameters
    ----------
    loose
        Let grids leave the band.
    rebase
        Take sheets that were made on another state of the plan, as far as they still fit.

    Raises
    ------
    TableError
        When a sheet was made on another state of the plan and ``rebase`` is false.
    """
    for sheet in sheets:
        if sheet.plan != plan.digest and not rebase:
            raise TableError(
                "these edits were made on plan {theirs}, this is {ours}",
                where=sheet.source,
                mend="take what still fits with --rebase",
                theirs=sheet.plan,
                ours=plan.digest,
            )
    rows = _rows(plan, sheets)
    rows, clusters = _clustered(_refused(plan, rows), conflicts(plan))
    after = _restated(plan, sheets)
    for members in clusters:
        after, rows = _tried(after, rows, members, loose=loose)
    after, rows = _locked(after, rows)
    return after.with_record("comments", _joined(after, rows))


def _restated(plan: Plan, sheets: Sequence[EditSheet]) -> Plan:
    """Return the plan with the status of open comments that came back settled."""
    if "comments" not in plan.records:
        return plan
    table = plan.records["comments"].copy()
    for row in (row for sheet in sheets for row in _said(sheet) if row["status"] != "open"):
        name = row["comment_id"]
        if name in table.index and table["status"][name] == "open" and _mark(row) == _mark(table.loc[name].to_dict()):
            table.loc[name, "status"] = row["status"]
    return plan.with_record("comments", table)


def _rows(plan: Plan, sheets: Sequence[EditSheet]) -> pd.DataFrame:
    """Return one row per wish that the plan does not know yet, in the order of the sheets."""
    rows = [row for sheet in sheets for row in _said(sheet)]
    table = pd.DataFrame(rows, columns=["comment_id", *COMMENTS.columns, "was", "lon", "lat"])
    before = plan.records.get("comments")
    known = {} if before is None else {name: _mark(row) for name, row in before.to_dict("index").items()}
    names = []
    for row in table.to_dict("records"):
        mark = _mark(row)
        name = str(row["comment_id"])
        if known.setdefault(name, mark) != mark:  # one id, two texts: both are kept
            name = f"{name}~{mark}"
            known[name] = mark
        names.append(name)
    table["comment_id"] = names
    there = pd.Index([]) if before is None else before.index
    return table[~table["comment_id"].isin(there)].drop_duplicates("comment_id", ignore_index=True)


def _mark(row: Mapping[Any, Any]) -> str:
    """Return a hash of what was said, so that the same said twice is known, and something else under its id is not."""
    parts = [
        str(row[name]) if pd.notna(row.get(name)) else ""
        for name in ("kind", "author", "unit_id", "grid_id", "to_grid", "text")
    ]
    return hashlib.sha256(json.dumps(parts).encode()).hexdigest()[:6]


def _said(sheet: EditSheet) -> Iterable[dict[str, Any]]:
    """Yield what a sheet says as rows of COMMENTS."""
    head = {"author": sheet.author, "source": sheet.source, "status": "open", "answer": "", "reason": ""}
    for wish in sheet.moves:
        said = {
            "unit_id": wish.unit_id,
            "grid_id": wish.was,
            "to_grid": wish.to,
            "text": wish.reason,
            "time": wish.time,
        }
        yield _named({**head, "kind": "move", **said, "was": wish.was})
    for hold in sheet.locks:
        kind = "lock" if hold.locked else "free"
        about = {"unit_id": hold.unit_id or None, "grid_id": hold.grid_id, "text": hold.reason, "time": hold.time}
        yield _named({**head, "kind": kind, **about})
    for note in sheet.comments:
        whom = {name: getattr(note, name) or None for name in ("grid_id", "unit_id", "time")}
        place = {"lon": note.lon, "lat": note.lat, "text": note.text, "status": note.status}
        yield {**head, "kind": "comment", **whom, **place, "author": note.author or sheet.author, "comment_id": note.id}


def _named(row: dict[str, Any]) -> dict[str, Any]:
    """Return a row with an id that the same wish always gets."""
    parts = [row.get(name) or "" for name in ("kind", "author", "unit_id", "grid_id", "to_grid", "time", "text")]
    return {**row, "comment_id": f"{row['kind']}-{hashlib.sha256(json.dumps(parts).encode()).hexdigest()[:10]}"}


def _answered(rows: pd.DataFrame, which: object, status: str, reason: Phrase) -> pd.DataFrame:
    out = rows.copy()
    out.loc[which, ["status", "reason"]] = [status, json.dumps(packed(reason), ensure_ascii=False)]
    return out


def _failed(error: GridkitError) -> Phrase:
    return Phrase("does not pass the check: {why}", why=error.phrase())


def _refused(plan: Plan, rows: pd.DataFrame) -> pd.DataFrame:
    """Return the rows with those declined that name what is not there, or what changed since."""
    units, grids = plan.units, set(plan.units["grid_id"])
    moves, open_ = rows["kind"] == "move", rows["status"] == "open"
    now = units["grid_id"].reindex(rows["unit_id"]).to_numpy()
    done = moves & (rows["to_grid"].to_numpy() == now)
    reasons = [
        (moves & ~rows["unit_id"].isin(units.index), Phrase("there is no such unit")),
        (moves & ~rows["to_grid"].isin(grids), Phrase("there is no such grid to move to")),
        (
            moves & (rows["was"].to_numpy() != now),
            Phrase("the unit is in another grid by now"),
        ),
        (
            rows["kind"].isin(["lock", "free"]) & ~rows["grid_id"].isin(grids),
            Phrase("there is no such grid"),
        ),
    ]
    rows = _answered(rows, done & open_, "accepted", _APPLIED)
    for wrong, why in reasons:
        rows = _answered(rows, wrong & (rows["status"] == "open"), "declined", why)
    return rows


def _clustered(rows: pd.DataFrame, waiting: pd.DataFrame) -> tuple[pd.DataFrame, list[pd.Index]]:
    """Return the rows with conflicts marked, also with those still waiting, and the other moves by grids they touch."""
    moves = rows[(rows["kind"] == "move") & (rows["status"] == "open")]
    wanted = pd.concat([waiting[["unit_id", "to_grid"]], moves[["unit_id", "to_grid"]]])
    sides = wanted.groupby("unit_id")["to_grid"].nunique()
    torn = moves.index[moves["unit_id"].isin(sides.index[sides > 1])]
    rows = _answered(rows, torn, "open", Phrase("others want this unit in another grid"))
    moves = moves.drop(index=torn)
    if moves.empty:
        return rows, []
    grids = pd.Index(sorted({*moves["grid_id"], *moves["to_grid"]}))
    ends = [grids.get_indexer(pd.Index(moves[name])) for name in ("grid_id", "to_grid")]
    part = components(pd.DataFrame(ends).T.to_numpy(), len(grids))[ends[0]]
    return rows, [moves.index[part == number] for number in sorted(set(part.tolist()))]


def _tried(plan: Plan, rows: pd.DataFrame, members: pd.Index, *, loose: bool) -> tuple[Plan, pd.DataFrame]:
    """Return the plan with some moves applied together, or the rows with the reason why not."""
    said = rows.loc[members]
    moves = [Move(tuple(sorted(set(part["unit_id"]))), str(grid)) for grid, part in said.groupby("to_grid", sort=True)]
    authors, reasons = (sorted({text for text in said[name] if text}) for name in ("author", "text"))
    try:
        after = edit(plan, [Together(tuple(moves))], reason="; ".join(reasons), author=", ".join(authors), loose=loose)
    except GridkitError as error:
        return plan, _answered(rows, members, "declined", _failed(error))
    return after, _answered(rows, members, "accepted", _APPLIED)


def _locked(plan: Plan, rows: pd.DataFrame) -> tuple[Plan, pd.DataFrame]:
    """Return the plan with the locks asked for, and those freed that were asked to be."""
    kinds: dict[str, type[Lock | Free]] = {"lock": Lock, "free": Free}
    holds = rows[rows["kind"].isin(list(kinds)) & (rows["status"] == "open")]
    for at, row in holds.iterrows():
        name = str(row["unit_id"] if pd.notna(row["unit_id"]) else row["grid_id"])
        try:
            plan = edit(plan, [kinds[row["kind"]]((name,))], reason=row["text"] or "", author=row["author"] or "")
        except GridkitError as error:
            rows = _answered(rows, [at], "declined", _failed(error))
        else:
            rows = _answered(rows, [at], "accepted", _APPLIED)
    return plan, rows


def _joined(plan: Plan, rows: pd.DataFrame) -> gpd.GeoDataFrame:
    """Return the plan's comments with the new ones, each at its place: where it was put, else in its unit or grid."""
    table = rows.set_index("comment_id").rename_axis(COMMENTS.index)
    here = gpd.GeoSeries(
        gpd.points_from_xy(table["lon"].astype(float), table["lat"].astype(float)), index=table.index, crs=LONLAT
    )
    placed = table["lon"].notna() & table["lat"].notna()
    points = pd.Series(np.asarray(here.to_crs(plan.crs)), index=table.index, dtype=object).where(placed, None)
    for column, shapes in (("unit_id", plan.units.geometry), ("grid_id", plan.grids.geometry)):
        missing = points.isna() & table[column].isin(shapes.index)
        points[missing] = shapely.point_on_surface(np.asarray(shapes.loc[table[column][missing]]))
    anywhere = shapely.point_on_surface(shapely.union_all(plan.districts.geometry.to_numpy()))
    points[points.isna()] = anywhere
    columns = {name: table[name].astype("str") for name in COMMENTS.columns}
    new = gpd.GeoDataFrame(columns, geometry=points, crs=plan.crs)
    new.index = new.index.astype("str")
    before = plan.records.get("comments")
    return new if before is None else gpd.GeoDataFrame(pd.concat([before, new]), crs=plan.crs)


# ------------------------------------------------------------------ answering
def conflicts(plan: Plan) -> pd.DataFrame:
    """Return the open moves of units that several people want in different grids, one row per side."""
    if "comments" not in plan.records:
        return pd.DataFrame(columns=list(COMMENTS.columns))
    table = pd.DataFrame(plan.records["comments"].drop(columns="geometry"))
    moves = table[(table["kind"] == "move") & (table["status"] == "open")]
    sides = moves.groupby("unit_id")["to_grid"].nunique()
    return moves[moves["unit_id"].isin(sides.index[sides > 1])].sort_values(["unit_id", "to_grid"])


def decide(plan: Plan, decisions: Mapping[str, Decision], *, loose: bool = False) -> Plan:
    """Return the plan with comments answered; an accepted move that was not applied yet is applied, or nothing is.

    Raises
    ------
    TableError
        When there is no comment of that id.
    InfeasibleError
        When an accepted move cannot be made.
    """
    table = plan.records.get("comments", gpd.GeoDataFrame({name: [] for name in COMMENTS.columns}))
    table = table.copy()
    for name, decision in decisions.items():
        if name not in table.index:
            there = [str(other) for other in table.index]
            raise TableError(
                "there is no comment {name!r}",
                where="comments",
                mend="did you mean {near!r}?",
                name=name,
                near=nearest(name, there),
            )
        row = table.loc[name]
        if (
            decision.status == "accepted"
            and row["kind"] == "move"
            and row["to_grid"] != plan.units["grid_id"].get(str(row["unit_id"]))
        ):
            move = Move((str(row["unit_id"]),), str(row["to_grid"]))
            plan = edit(plan, [move], reason=decision.answer, author=str(row["author"]), loose=loose)
        table.loc[name, ["status", "answer", "reason"]] = [decision.status, decision.answer, ""]
    return plan.with_record("comments", table)


def answers(table: pd.DataFrame) -> list[str | None]:
    """Return what each comment was answered, row by row: a planner's own words, else our reason as a phrase."""
    own = table["answer"].tolist() if "answer" in table else [""] * len(table)
    ours = table["reason"].tolist() if "reason" in table else [""] * len(table)
    return [
        text
        if isinstance(text, str) and text
        else unpacked(json.loads(reason))
        if isinstance(reason, str) and reason
        else None
        for text, reason in zip(own, ours, strict=True)
    ]


_COLUMNS = ("comment_id", "kind", "author", "time", "grid_id", "unit_id", "to_grid", "text", "status", "answer")


def reply(plan: Plan, lang: str = "en") -> pd.DataFrame:
    """Return the sheet that goes back to those who commented: each wish, its status and the reason."""
    heads = {name: label("comments", name).said(lang) for name in _COLUMNS}
    comments = plan.records.get("comments")
    if comments is None:
        return pd.DataFrame(columns=list(heads.values()))
    table = pd.DataFrame(comments.drop(columns="geometry")).reset_index()
    table["answer"] = pd.Series(answers(table), table.index, dtype=object).map(lambda each: spoken(each, lang))
    for column, kind in (("kind", "wish"), ("status", "status")):
        table[column] = table[column].map(lambda each, kind=kind: spoken(code(kind, each), lang))
    table["time"] = [moment(each, lang) if isinstance(each, str) else each for each in table["time"]]
    return table[list(_COLUMNS)].rename(columns=heads)
