"""What officials sent back from the map: their moves, locks and comments, merged, checked and answered.

::

    take(plan, sheets, loose=False, rebase=False) -> Plan
                                                    what fits is applied; everything is kept in ``records["comments"]``
    conflicts(plan) -> DataFrame                    what waits for a decision, one row per side
    decide(plan, {comment_id: Decision(...)}) -> Plan
    reply(plan, lang) -> DataFrame                  the sheet that goes back: each wish, its status and the reason
"""

from __future__ import annotations

import json
from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import pandas as pd

from gridkit.errors import GridkitError, TableError, nearest
from gridkit.language.labels import code, label
from gridkit.language.numbers import moment
from gridkit.language.packing import unpacked
from gridkit.language.phrases import Phrase, spoken
from gridkit.plan.life import verdict as said
from gridkit.plan.life.edit import Edit, Free, Lock, Move, Together, edit
from gridkit.plan.life.log import called, hand, merged
from gridkit.plan.life.rules import Ground, ground, refusal
from gridkit.plan.life.verdict import Claim, Verdict, opposed, weighed
from gridkit.plan.life.wishes import CLAIMS, answered, as_json, claims, fresh, joined, kept, known

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from gridkit.plan.life.edits_file import EditSheet
    from gridkit.plan.plan import Plan

_MEANWHILE = "meanwhile"
"""A reason of ours alone: the page knows nothing of what came in earlier."""
_APPLIED, _SPENT = Phrase("applied"), Phrase("decided otherwise")
_REASONS: dict[str, Phrase] = {
    said.UNIT: Phrase("there is no such unit"),
    said.GRID: Phrase("there is no such grid"),
    said.ELSEWHERE: Phrase("the unit is in another grid by now"),
    said.LOCKED: Phrase("it is locked"),
    said.TORN: Phrase("others want this unit in another grid"),
    said.KEPT: Phrase("others want it to stay as it is"),
    said.CONTRARY: Phrase("others ask for the contrary"),
    _MEANWHILE: Phrase("others moved this unit meanwhile"),
    said.REPLACED: Phrase("its author asked for something else later"),
}
"""Why a wish is not applied, by the reason of its verdict; broken rules say it themselves."""


@dataclass(frozen=True)
class Decision:
    """What a planner answers: ``accepted`` or ``declined`` (or ``open`` again), and why."""

    status: Literal["open", "accepted", "declined"]
    answer: str = ""


# ------------------------------------------------------------------ taking them in
def take(plan: Plan, sheets: Sequence[EditSheet], *, loose: bool = False, rebase: bool = False) -> Plan:
    """Return the plan with every edit that fits applied, and everything that was said kept with its status.

    Logs are merged by the ids of their acts and told in the order of time. Moves that hang together (they touch the
    same grids) are checked as one: contiguity, parent, locks and band; where all together do not hold, those are taken
    that do, the earlier first, and the others are declined with the reason. What people disagree about waits until it
    is decided, and none of it is applied. Reading the same file again changes nothing.

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
    entries = merged(sheets)
    plan = known(plan, entries)
    rows = fresh(plan, entries)
    before = kept(plan)
    here = ground(plan.units, plan.ends, plan.parameters, plan.attributes)
    waiting = before[before["status"] == "open"]
    asked = sorted([*claims(waiting, waits=True), *claims(rows)], key=lambda each: each[0])
    found = weighed(here, [claim for _, claim in asked], loose=loose)
    for name in waiting.index:
        if name in found and found[name].status == "withdrawn":
            plan = answered(plan, name, found[name].status, _REASONS[found[name].reason])
    rows = _judged(here, plan, rows, found | _meanwhile(rows, before, found))
    after, rows = _applied(plan, rows, found, loose=loose)
    return after.with_record("comments", joined(after, rows))


# ------------------------------------------------------------------ judging and applying
def _meanwhile(rows: pd.DataFrame, before: pd.DataFrame, found: Mapping[str, Verdict]) -> dict[str, Verdict]:
    """Return as open what was to be declined because others moved or locked the same unit first: nobody chose."""
    done = before[before["status"] == "accepted"].fillna({"author": "", "unit_id": "", "grid_id": ""})
    first: dict[tuple[str, str, str], set[str]] = defaultdict(set)
    for name, row in done.iterrows():
        first[row["kind"], row["unit_id"], row["grid_id"]].add(hand(str(name), row["author"]))
    late = {}
    for name in [each for each in rows.index if each in found]:
        unit, grid = rows.loc[name, ["unit_id", "grid_id"]]
        if found[name].reason == said.ELSEWHERE:
            others, why = first["move", unit, grid], _MEANWHILE
        elif found[name].reason == said.LOCKED:
            others, why = first["lock", unit, grid] | first["lock", "", grid], said.KEPT
        else:
            continue
        if others - {rows.loc[name, "hand"]}:
            late[name] = Verdict("open", why)
    return late


def _judged(here: Ground, plan: Plan, rows: pd.DataFrame, found: Mapping[str, Verdict]) -> pd.DataFrame:
    """Return the rows with what became of them and why."""
    out = rows.copy()
    for name in rows.index:
        if name not in found:
            continue
        each = found[name]
        if each.status == "accepted":
            why = _APPLIED
        elif each.grid < 0:
            why = _REASONS[each.reason]
        else:
            error = refusal(each.reason, here.grids[each.grid], each.stands, plan.parameters, here.parents)
            why = Phrase("does not pass the check: {why}", why=error.phrase())
        out.loc[name, ["status", "reason"]] = [each.status, as_json(why)]
    return out


def _applied(plan: Plan, rows: pd.DataFrame, found: Mapping[str, Verdict], *, loose: bool) -> tuple[Plan, pd.DataFrame]:
    """Return the plan with what was accepted: what is freed, then moves that hang together, then what is locked.

    Of locks, and what is freed after one, the later counts: a grid that is locked but for one unit of it.
    """
    taken = rows[(rows["status"] == "accepted") & rows["kind"].isin(CLAIMS)]
    cluster = pd.Series({name: found[name].cluster for name in taken.index}, index=taken.index, dtype=int)
    groups = [[name] for name in taken.index[taken["kind"] == "free"]]
    groups += [taken.index[cluster == number].tolist() for number in sorted(set(cluster[cluster >= 0]))]
    ordered = taken[taken["kind"] != "move"]
    groups += [[name] for name in ordered.index[(ordered["kind"] == "lock").cummax()]]
    out = rows.copy()
    for names in groups:
        part = taken.loc[names]
        authors, reasons = (sorted({text for text in part[name] if text}) for name in ("author", "text"))
        try:
            plan = edit(plan, [_edit(part)], reason="; ".join(reasons), author=", ".join(authors), loose=loose)
        except GridkitError as error:
            why = Phrase("does not pass the check: {why}", why=error.phrase())
            out.loc[names, ["status", "reason"]] = ["declined", as_json(why)]
    return plan, out


def _edit(rows: pd.DataFrame) -> Edit:
    """Return the edit that rows ask for together: moves that hang together, or one lock or freeing."""
    row = rows.iloc[0]
    if row["kind"] != "move":
        kind = Lock if row["kind"] == "lock" else Free
        return kind((str(row["unit_id"] if pd.notna(row["unit_id"]) else row["grid_id"]),))
    return Together(
        tuple(Move(tuple(sorted(set(part["unit_id"]))), str(to)) for to, part in rows.groupby("to_grid", sort=True))
    )


# ------------------------------------------------------------------ answering
def conflicts(plan: Plan) -> pd.DataFrame:
    """Return the moves, locks and freeings that wait for a decision, one row per side, those of one unit together."""
    table = kept(plan)
    return table[table["kind"].isin(CLAIMS) & (table["status"] == "open")].sort_values(
        ["unit_id", "grid_id", "to_grid"]
    )


def declined(before: Plan, after: Plan) -> pd.DataFrame:
    """Return what was declined between two states of a plan, in the order in which it came."""
    table, was = kept(after), kept(before)["status"]
    new = table["status"].eq("declined") & was.reindex(table.index).ne("declined")
    return table[new]


def told(rows: pd.DataFrame, lang: str) -> pd.DataFrame:
    """Return comments with their reasons in words, their ids a column."""
    out = rows.copy().rename_axis("comment_id").reset_index()
    out["reason"] = pd.Series(answers(out), out.index, dtype=object).map(lambda each: spoken(each, lang))
    out["author"] = _called(out["author"], lang)
    return out


def decide(plan: Plan, decisions: Mapping[str, Decision], *, loose: bool = False) -> Plan:
    """Return the plan with comments answered; an accepted wish that was not applied yet is applied, or nothing is.

    What others asked for and contradicts an accepted wish is declined with it; what asks for the same is accepted.

    Raises
    ------
    TableError
        When there is no comment of that id.
    InfeasibleError
        When an accepted wish cannot be fulfilled.
    """
    there = [str(name) for name in kept(plan).index]
    for name in decisions:
        if name not in there:
            raise TableError(
                "there is no comment {name!r}",
                where="comments",
                mend="did you mean {near!r}?",
                name=name,
                near=nearest(name, there),
            )
    for name, decision in decisions.items():
        plan = _decided(plan, name, decision, set(decisions), loose=loose)
    return plan


def _decided(plan: Plan, name: str, decision: Decision, asked: set[str], *, loose: bool) -> Plan:
    table = kept(plan)
    row = table.loc[name]
    others: dict[str, str] = {}
    if decision.status == "accepted" and row["kind"] in CLAIMS and row["status"] != "accepted":
        others = _others(plan, table, name)
        there = row["kind"] == "move" and row["to_grid"] == plan.units["grid_id"].get(str(row["unit_id"]))
        if not there:
            wish = _edit(table.loc[[name]])
            author = str(row["author"]) if pd.notna(row["author"]) else ""
            plan = edit(plan, [wish], reason=decision.answer, author=author, loose=loose)
    plan = answered(plan, name, decision.status, None, decision.answer)
    for other, status in others.items():
        if other not in asked:
            plan = answered(plan, other, status, _SPENT if status == "declined" else _APPLIED, decision.answer)
    return plan


def _others(plan: Plan, table: pd.DataFrame, name: str) -> dict[str, str]:
    """Return what becomes of open wishes once one is accepted: of those against it, and of those that say the same."""
    here = ground(plan.units, plan.ends, plan.parameters, plan.attributes)
    asked = {each.id: each for _, each in claims(table[(table["status"] == "open") | (table.index == name)])}
    mine = asked.pop(name)
    found = {}
    for other, claim in asked.items():
        if opposed(here, mine, claim):
            found[other] = "declined"
        elif (claim.kind, claim.unit, claim.to) == (mine.kind, mine.unit, mine.to) and (
            claim.unit or claim.grid == mine.grid
        ):
            found[other] = "accepted"
    return found


def _same(one: Claim, two: Claim) -> bool:
    """Return whether two claims ask for the same."""
    about = [(each.kind, each.to, each.unit or each.grid) for each in (one, two)]
    return about[0] == about[1]


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


def _called(authors: pd.Series, lang: str) -> pd.Series:
    said = [spoken(called(each), lang) if isinstance(each, str) else each for each in authors]
    return pd.Series(said, authors.index, dtype=object)


_COLUMNS = ("comment_id", "kind", "author", "time", "grid_id", "unit_id", "to_grid", "text", "status", "answer")


def reply(plan: Plan, lang: str = "en") -> pd.DataFrame:
    """Return the sheet that goes back to those who commented: each wish, its status and the reason."""
    heads = {name: label("comments", name).said(lang) for name in _COLUMNS}
    comments = plan.records.get("comments")
    if comments is None:
        return pd.DataFrame(columns=list(heads.values()))
    table = pd.DataFrame(comments.drop(columns="geometry")).reset_index()
    table["answer"] = pd.Series(answers(table), table.index, dtype=object).map(lambda each: spoken(each, lang))
    table["author"] = _called(table["author"], lang)
    for column, kind in (("kind", "wish"), ("status", "status")):
        table[column] = table[column].map(lambda each, kind=kind: spoken(code(kind, each), lang))
    table["time"] = [moment(each, lang) if isinstance(each, str) else each for each in table["time"]]
    return table[list(_COLUMNS)].rename(columns=heads)
