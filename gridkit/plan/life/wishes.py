"""Wishes as a plan keeps them: acts of logs as rows of its comments, and the rows that change grids as claims.

::

    kept(plan) -> DataFrame                         the comments of a plan, on their ids
    known(plan, entries) -> Plan                    what logs say of comments the plan holds already
    fresh(plan, entries) -> DataFrame               what they say that is new
    claims(rows, waits) -> Iterator[(time, Claim)]  the moves, locks and freeings among them
    answered(plan, id, status, reason, answer) -> Plan
    joined(plan, rows) -> GeoDataFrame              new rows beside those the plan holds, each at its place
"""

from __future__ import annotations

import hashlib
import json
from typing import TYPE_CHECKING, Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from gridkit.crs import LONLAT
from gridkit.language.packing import packed
from gridkit.language.phrases import Phrase
from gridkit.plan.life.edits_file import Comment, Hold, Settling, Wish
from gridkit.plan.life.log import hand, is_logged, taken_back
from gridkit.plan.life.verdict import Claim
from gridkit.plan.records import COMMENTS
from gridkit.tables import TEXT

if TYPE_CHECKING:
    from collections.abc import Hashable, Iterator, Mapping, Sequence

    from gridkit.plan.life.log import Entry
    from gridkit.plan.plan import Plan

CLAIMS = ("move", "lock", "free")
"""Kinds of wishes that change a plan; a comment does not."""
_ROW = ("comment_id", *COMMENTS.columns, "hand", "lon", "lat")
_TAKEN_BACK = Phrase("taken back by its author")


def kept(plan: Plan) -> pd.DataFrame:
    """Return the comments that the plan holds, without their places."""
    if "comments" not in plan.records:
        return pd.DataFrame({name: pd.Series(dtype=TEXT) for name in COMMENTS.columns})
    return pd.DataFrame(plan.records["comments"].drop(columns="geometry"))


def answered(plan: Plan, name: str, status: str, reason: Phrase | None = None, answer: str = "") -> Plan:
    """Return the plan with one comment answered: by a reason of ours, or in a planner's own words."""
    table = plan.records["comments"].copy()
    words = "" if reason is None else as_json(reason)
    table.loc[name, ["status", "answer", "reason"]] = [status, answer, words]
    return plan.with_record("comments", table)


def as_json(reason: Phrase) -> str:
    """Return a reason as a table keeps it: its template and facts."""
    return json.dumps(packed(reason), ensure_ascii=False)


def fresh(plan: Plan, entries: Sequence[Entry]) -> pd.DataFrame:
    """Return one row per wish that the plan does not know yet, on its id, in the order of time."""
    gone = taken_back(entries)
    before = kept(plan)
    known = {str(name): _mark(name, row) for name, row in before.to_dict("index").items()}
    rows: dict[str, dict[str, Any]] = {}
    for entry in entries:
        row = None if entry.act.id in gone else _said(entry)
        if row is None:
            continue
        name, mark = entry.act.id, _mark(entry.act.id, row)
        if known.setdefault(name, mark) != mark:  # one id, two texts: both are kept
            name = f"{name}~{mark}"
            known[name] = mark
        if name not in before.index:
            rows[name] = {**row, "comment_id": name}
    rows.update({row["comment_id"]: row for row in _returns(plan, entries, gone)})
    statuses = {act.of: act.status for act in _settlings(entries)}
    table = pd.DataFrame(list(rows.values()), columns=list(_ROW)).set_index("comment_id")
    for name, status in statuses.items():
        if name in table.index and table.loc[name, "kind"] == "comment":
            table.loc[name, "status"] = status
    return table


def _said(entry: Entry) -> dict[str, Any] | None:
    """Return an act as a row of COMMENTS; nothing for one that is only about others."""
    act = entry.act
    head = {"author": act.author, "time": act.time or None, "source": entry.source, "hand": entry.hand}
    head |= {"status": "open", "answer": "", "reason": ""}
    if isinstance(act, Wish):
        ends = {"grid_id": act.was, "to_grid": act.to}
        return {**head, "kind": "move", "unit_id": act.unit_id, **ends, "text": act.reason}
    if isinstance(act, Hold):
        about = {"unit_id": act.unit_id or None, "grid_id": act.grid_id, "text": act.reason}
        return {**head, "kind": "lock" if act.locked else "free", **about}
    if isinstance(act, Comment):
        about = {"unit_id": act.unit_id or None, "grid_id": act.grid_id or None, "text": act.text}
        return {**head, "kind": "comment", **about, "lon": act.lon, "lat": act.lat}
    return None


def _mark(name: Hashable, row: Mapping[Any, Any]) -> str:
    """Return a hash of what was said, so that the same said twice is known, and something else under its id is not."""
    whose = () if is_logged(str(name)) else ("author",)
    held = ("kind", *whose, "unit_id", "grid_id", "to_grid", "text")
    parts = [str(row[each]) if pd.notna(row.get(each)) else "" for each in held]
    return hashlib.sha256(json.dumps(parts).encode()).hexdigest()[:6]


def claims(rows: pd.DataFrame, *, waits: bool = False) -> Iterator[tuple[str, Claim]]:
    """Yield the rows that change grids with their times, in their own order; ``waits``: they are not decided yet."""
    held = ("author", "unit_id", "grid_id", "to_grid", "time")
    for name, row in rows[rows["kind"].isin(CLAIMS)].iterrows():
        author, unit, grid, to, time = (str(row[each]) if pd.notna(row[each]) else "" for each in held)
        whose = row["hand"] if "hand" in row else hand(str(name), author)
        yield time, Claim(str(name), whose, row["kind"], unit, grid, to, waits)


def known(plan: Plan, entries: Sequence[Entry]) -> Plan:
    """Return the plan with what logs say of comments that it holds: taken back, settled, or signed only later."""
    return _renamed(_restated(_recalled(plan, entries), entries), entries)


def _recalled(plan: Plan, entries: Sequence[Entry]) -> Plan:
    """Return the plan with what waits in it and was taken back by its author withdrawn, or made good again."""
    gone = taken_back(entries)
    live = {entry.act.id for entry in entries} - gone
    again = as_json(_TAKEN_BACK)
    for name, row in kept(plan).iterrows():
        if name in gone and row["status"] == "open":
            plan = answered(plan, str(name), "withdrawn", _TAKEN_BACK)
        elif name in live and row["status"] == "withdrawn" and row["reason"] == again:
            table = plan.records["comments"]
            plan = plan.with_record("comments", table.drop(index=[name]))  # it is read as new
    return plan


def _settlings(entries: Sequence[Entry]) -> Iterator[Settling]:
    """Yield what was said of the status of comments and not taken back, the earliest first."""
    gone = taken_back(entries)
    for entry in entries:
        if isinstance(entry.act, Settling) and entry.act.id not in gone:
            yield entry.act


def _restated(plan: Plan, entries: Sequence[Entry]) -> Plan:
    """Return the plan with the status of open comments that came back settled."""
    texts = {entry.act.id: entry for entry in entries if isinstance(entry.act, Comment)}
    before = kept(plan)
    for act in _settlings(entries):
        row = before.loc[act.of].to_dict() if act.of in before.index else {}
        if row.get("kind") != "comment" or row["status"] != "open":
            continue
        mine = _said(texts[act.of]) if act.of in texts else None
        if mine is None or _mark(act.of, mine) == _mark(act.of, row):
            plan = answered(plan, act.of, act.status)
    return plan


def _renamed(plan: Plan, entries: Sequence[Entry]) -> Plan:
    """Return the plan with the names of authors who gave theirs only after what they said was taken in."""
    before = kept(plan)
    late = {
        entry.act.id: entry.act.author
        for entry in entries
        if entry.act.author and entry.act.id in before.index and before["author"].fillna("")[entry.act.id] == ""
    }
    if not late:
        return plan
    table = plan.records["comments"].copy()
    table.loc[list(late), "author"] = list(late.values())
    return plan.with_record("comments", table)


def _returns(plan: Plan, entries: Sequence[Entry], gone: frozenset[str]) -> Iterator[dict[str, Any]]:
    """Yield what undoes wishes that were applied before their authors took them back, or does them once more."""
    before = kept(plan)
    for entry in entries:
        row = _said(entry)
        if row is None or row["kind"] not in CLAIMS or entry.act.id not in before.index:
            continue
        chain = [entry.act.id]
        while f"{entry.act.id}~{len(chain)}" in before.index:
            chain.append(f"{entry.act.id}~{len(chain)}")
        forward = len(chain) % 2 == 1
        if before.loc[chain[-1], "status"] != "accepted" or forward != (entry.act.id in gone):
            continue
        turned = {"move": "move", "lock": "free", "free": "lock"}[row["kind"]] if forward else row["kind"]
        ends = {"grid_id": row["to_grid"], "to_grid": row["grid_id"]} if forward and row["kind"] == "move" else {}
        yield {**row, **ends, "kind": turned, "comment_id": f"{entry.act.id}~{len(chain)}"}


def joined(plan: Plan, rows: pd.DataFrame) -> gpd.GeoDataFrame:
    """Return the plan's comments with the new ones, each at its place: where it was put, else in its unit or grid."""
    table = rows.rename_axis(COMMENTS.index)
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
    columns = {name: table[name].astype(TEXT) for name in COMMENTS.columns}
    new = gpd.GeoDataFrame(columns, geometry=points, crs=plan.crs)
    new.index = new.index.astype(TEXT)
    before = plan.records.get("comments")
    return new if before is None else gpd.GeoDataFrame(pd.concat([before, new]), crs=plan.crs)
