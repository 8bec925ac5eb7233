"""What lasts: how long groups and volunteers stay active, hours by source over months, what is left of a peak."""

from __future__ import annotations

import warnings
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Literal

import numpy as np
import pandas as pd

from gridkit import provenance
from gridkit.errors import TableError, UsageError
from gridkit.face import face
from gridkit.language.phrases import Phrase, template
from gridkit.ledger import Ledger
from gridkit.measure.lasting import fading, kinds, lifelines
from gridkit.measure.lasting.kinds import ALL
from gridkit.measure.response.orders import told as yes_or_no
from gridkit.measure.share import LEAST, Share, listed
from gridkit.plan import lines
from gridkit.plan.told import Told
from gridkit.recipes.days import newest as newest_of
from gridkit.recipes.days import said_day
from gridkit.recipes.layer import derived
from gridkit.recipes.progress import shown
from gridkit.sources import registers
from gridkit.sources.reading import Reading

if TYPE_CHECKING:
    from collections.abc import Mapping

    from gridkit.plan.plan import Plan
    from gridkit.project import Source
    from gridkit.recipes.progress import Progress
    from gridkit.sources.registers import Register

COMMAND = "survival"
CURVE, MONTHS = "lasting_curve", "lasting_months"
"""What a plan keeps of it: the share still active after each month, and hours by source in each month."""
_LIVES = {
    "first": (
        "first", "first_month", "first month", "start", "started", "since", "founded", "joined", "from",
        "首月", "开始月份", "开始", "成立时间", "成立月份", "加入时间", "起始月份", "首次活动",
        "成立日期", "登记日期", "备案日期", "注册日期", "开始日期", "加入日期", "注册时间",
        "início", "desde", "inicio", "début", "beginn", "начало",
    ),
    "last": (
        "last", "last_month", "last month", "end", "ended", "until", "left", "to",
        "末月", "结束月份", "结束", "停止时间", "最后月份", "退出时间", "末次活动", "最近活动",
        "解散日期", "解散时间", "注销日期", "注销时间", "停止日期", "结束日期", "退出日期",
        "fim", "término", "até", "hasta", "fin", "ende", "конец",
    ),
    "active": ("active", "still_active", "still active", "是否活跃", "仍活跃", "是否仍在", "在册"),
    "kind": (
        "kind", "type", "category", "source", "类型", "类别", "来源", "团队类型", "组织类型", "团队类别", "组织类别",
        "tipo", "categoria", "categoría", "catégorie", "art", "вид", "тип", "категория",
    ),
}  # fmt: skip
_MONTHLY = {
    "month": (
        "month", "months", "date", "月份", "月", "日期", "年月", "统计月份", "服务月份",
        "mês", "mes", "mois", "monat", "месяц", "data", "fecha", "datum", "дата",
    ),
    "amount": (
        "hours", "active", "volunteers", "count", "amount", "n",
        "小时", "工时", "服务时长", "服务小时", "服务工时", "活跃人数", "志愿者人数", "人数",
        "horas", "voluntários", "voluntarios", "heures", "stunden", "часы",
        "minutes", "分钟", "服务分钟", "服务分钟数", "minutos", "минуты",
    ),
    "source": (
        "source", "kind", "type", "来源", "类别", "类型", "fonte", "origem", "tipo", "fuente", "origen", "quelle",
        "источник", "вид", "тип",
    ),
}  # fmt: skip


@face("survival")
def survival(  # noqa: PLR0913 - the public face
    lives: Source,
    *,
    plan: Plan | None = None,
    hours: Source | None = None,
    target: float | None = None,
    year: int | None = None,
    peak_since: str = "",
    asof: str = "",
    encoding: str | None = None,
    columns: Mapping[str, str] | None = None,
    dates: Literal["dmy", "mdy", "ymd", "1904"] | None = None,
    progress: Progress | None = None,
) -> Told:
    """Return how long groups or volunteers stay active, and what is left of a peak.

    Parameters
    ----------
    lives
        One row per group or volunteer: first month, last month (or blank, or still active), kind.
    plan
        The plan that keeps what is found. In Python the plan itself: see :func:`gridkit.read_plan`.
    hours
        Hours, or how many were active, by month and source: month, hours, source.
    target
        What is to be reached every month: the month is told in which it is missed if the same share is lost each month.
    year
        The year of months that the table of hours names without one.
    peak_since
        The peak is sought from this day on, such as the first of an emergency.
    asof
        The day that the records end on: who has no last month was active then.
    encoding
        Encoding of text.
    columns
        The column that plays a role, such as time=REPORTED; one or several. By the role's name: ``{'time':
        'reported'}``.
    dates
        The order of dates in figures: dmy, mdy or ymd; 1904 where numbers are days that Excel of a Mac counted.
    progress
        Called with the words of each stage and the share done. In a notebook a bar shows them without it.
    """
    shown(progress)("reading data", None)
    if target is not None and not target > 0:
        raise UsageError("{target} is no target", where="--target", mend="give a number above zero", target=target)
    reading = Reading(encoding=encoding, columns=columns or {}, dates=dates)
    since = "" if not peak_since else str(said_day(peak_since, "--peak-since").date())
    with provenance.recording() as record, provenance.role(COMMAND):
        read = registers.read(lives, _LIVES, reading=reading, needed=("first",), called={"first": "first month"})
        given = (
            None
            if hours is None
            else registers.read(
                hours,
                _MONTHLY,
                reading=reading,
                needed=("month", "amount"),
                wide=("month", "amount", year),
            )
        )
    read, spans, until = _spans(read, asof)
    given, monthly = (None, None) if given is None else _monthly(given)
    each = [("lives", read), ("hours", given)]
    accounts = Ledger(tuple(table.account(role) for role, table in each if table is not None))
    for said in accounts.warnings():
        warnings.warn(said, stacklevel=3)
    facts: dict[str, Any] = {"asof": str(until.date()), "lives": _by_kind(spans)}
    curves = _curves(spans)
    shares = _shares(spans, read.name, str(until.date()))
    if monthly is not None and given is not None:
        facts["hours"] = _left(monthly, target, since)
        shares |= _shares_left(facts["hours"], given.name)
    facts["lines"] = listed(shares)
    veiled = sum(len(each) for each in (kinds.ended(_kinds(spans)), *_shut(spans).values()))
    hides = (
        [Phrase("what is known of few groups or people is hidden, as their number is below {least}", least=LEAST)]
        if veiled
        else []
    )
    facts["notes"] = [*hides, *read.notes, *(given.notes if given is not None else ())]
    tables = {CURVE: curves, **({} if monthly is None else {MONTHS: monthly})}
    held = None
    if plan is not None:
        step = provenance.step(COMMAND, {"rows": len(read.rows)}, record.inputs, ledger=accounts)
        held = lines.kept(plan, COMMAND, shares)
        for name, table in tables.items():
            held = held.with_record(name, table)
        held = derived(held).with_step(step)
    return Told(COMMAND, facts, tables, held)


# ------------------------------------------------------------------ lives
def _spans(read: Register, asof: str) -> tuple[Register, pd.DataFrame, pd.Timestamp]:
    """Return the months each was active, and whether it ended; rows that cannot be are left out and counted."""
    dated = _dated(read)
    newest = newest_of(pd.concat([dated.rows["_first"], dated.rows["_last"]]))
    if pd.isna(newest):
        raise TableError("no row has a first month", where=read.where, mend="name its column: --column first=COLUMN")
    until = said_day(asof, "--asof") if asof else pd.Timestamp(newest)
    held = _possible(dated, until)
    rows, last = held.rows, held.rows["_last"]
    # Who ended after that day was active on it; so was who has no last month, and who is said to be.
    stays = last.isna() | (rows["_active"] == 1.0) | (last > until)
    # The newest month of the records is where they end, and not where a group does.
    newest_month = _index(pd.Series([until]))[0]
    stays |= last.notna() & (_index(last) >= newest_month) & rows["_active"].isna()
    end = last.where(~stays, until).fillna(until)
    first = _index(rows["_first"])
    spans = pd.DataFrame(
        {
            "kind": rows["_kind"].fillna("unknown").to_numpy(),
            "months": (_index(end) - first + 1).astype(float),
            "ended": ~stays.to_numpy(dtype=bool),
            "could": newest_month - first + 1,
        }
    )
    if not len(spans):
        raise TableError("no row is left to count", where=read.where, mend="check its months, and --asof")
    return held, spans, until


def _dated(read: Register) -> Register:
    """Return a register with the days, the state and the kind of each row beside its own columns."""
    days = {role: read.days(role) for role in ("first", "last") if role in read}
    read = read.said(*(note for each in days.values() for note in each.attrs["notes"]))
    rows = read.rows.assign(**{f"_{role}": each for role, each in days.items()})
    if "last" not in days:
        rows["_last"] = pd.NaT
    # An end that cannot be read is an end: who has one is not among those still active.
    rows["_unread"] = rows.index.isin(days["last"].attrs["unread"]) if "last" in days else False
    rows["_active"] = yes_or_no(read.texts("active")) if "active" in read else np.nan
    rows["_kind"] = read.texts("kind").astype(object) if "kind" in read else ALL
    return replace(read, rows=rows)


def _possible(held: Register, until: pd.Timestamp) -> Register:
    """Return a dated register without rows that say nothing of how long something lasted, each counted."""
    held = held.without(held.rows["_first"].isna(), "blank")
    turned = held.rows["_last"] < held.rows["_first"]
    said = template(
        "{count} row ends before it begins and is left out",
        "{count} rows end before they begin and are left out",
    )
    held = held.without(turned, "invalid", said)
    later = held.rows["_first"] > until
    said = template(
        "{count} row begins after the day that is counted to",
        "{count} rows begin after the day that is counted to",
    )
    held = held.without(later, "other", said)
    active = held.rows["_active"]
    unsure = held.rows["_last"].isna() & ((active == 0.0) | (held.rows["_unread"] & (active != 1.0)))
    said = template(
        "{count} row is said to have ended, nobody knows when",
        "{count} rows are said to have ended, nobody knows when",
    )
    return held.without(unsure, "blank", said)


def _index(days: pd.Series[Any]) -> Any:  # noqa: ANN401 - numbers
    moments = pd.DatetimeIndex(days)
    return np.asarray(moments.year * 12 + moments.month, dtype=float)


def _kinds(spans: pd.DataFrame) -> dict[str, pd.DataFrame]:
    """Return the spans of all together, and of each kind where there are several."""
    names = sorted(spans["kind"].unique(), key=str)
    return {ALL: spans, **({} if len(names) == 1 else {str(kind): spans[spans["kind"] == kind] for kind in names})}


def _shut(spans: pd.DataFrame) -> dict[int, frozenset[str]]:
    """Return the kinds whose share left is hidden, by the months it is told after."""
    return {month: kinds.hidden(_kinds(spans), month) for month in fading.MONTHS}


def _by_kind(spans: pd.DataFrame) -> list[dict[str, Any]]:
    """Return one row per kind: how many, how many ended, the median, and the share left after 3, 6 and 12 months."""
    every = _kinds(spans)
    uncounted = kinds.ended(every)
    shut = _shut(spans)
    rows = []
    for kind, own in every.items():
        row: dict[str, Any] = {"kind": kind, "why": "few" if len(own) < lifelines.FEWEST else ""}
        if row["why"]:
            rows.append(row)
            continue
        table = lifelines.survival(own["months"].to_numpy(), own["ended"].to_numpy(dtype=bool))
        middle = lifelines.median(table)
        row |= {"n": len(own), "ended": None if kind in uncounted else int(own["ended"].sum())}
        row |= {"median_months": middle["median"], "median_low": middle["low"], "median_high": middle["high"]}
        for month in fading.MONTHS:
            left = lifelines.at(table, month, float(own["months"].max()))
            for name, column in (("share", ""), ("low", "_low"), ("high", "_high")):
                row[f"left_{month}{column}"] = None if kind in shut[month] else left[name]
        rows.append(row)
    return rows


def _curves(spans: pd.DataFrame) -> pd.DataFrame:
    """Return the curves of all kinds that are not too few: the share, its interval, and no count of a step.

    Steps at which too few are gone or left have no share.
    """
    parts = []
    every = _kinds(spans)
    for kind, own in every.items():
        if len(own) < lifelines.FEWEST:
            continue
        table = lifelines.survival(own["months"].to_numpy(), own["ended"].to_numpy(dtype=bool))
        whole = table[["share", "low", "high"]].reset_index()
        shut = [kind in kinds.hidden(every, month) and month > 0 for month in whole["month"]]
        whole.loc[shut, ["share", "low", "high"]] = np.nan
        whole.insert(0, "kind", kind)
        parts.append(whole.assign(n=len(own)))
    columns = ["kind", "month", "share", "low", "high", "n"]
    made = pd.concat(parts, ignore_index=True) if parts else pd.DataFrame(columns=columns)
    return made.rename_axis("row_id")


def _shares(spans: pd.DataFrame, source: str, asof: str) -> dict[str, Share]:
    """Return the lines of the scorecard: of those who began long enough ago, how many were active for longer.

    Counts of heads above and below the line; the curve uses those who began later too, and is told beside it.
    """
    return {f"left_{month}": Share(*kinds.left(spans, month), source, asof, persons=True) for month in fading.MONTHS}


# ------------------------------------------------------------------ hours
def _monthly(given: Register) -> tuple[Register, pd.DataFrame]:
    """Return hours by month and source, months of all sources together where there is but one."""
    days = given.days("month")
    given = given.said(*days.attrs["notes"])
    rows = given.rows.assign(
        _month=days.dt.to_period("M"),
        _amount=given.hours("amount").astype(float),
        _source=given.texts("source").astype(object).fillna("unknown") if "source" in given else ALL,
    )
    held = replace(given, rows=rows)
    held = held.without(held.rows["_month"].isna() | held.rows["_amount"].isna(), "blank")
    held = held.without(held.rows["_amount"] < 0, "negative")
    if not len(held.rows):
        raise TableError("no month has a number", where=given.where, mend="name its column: --column amount=COLUMN")
    table = held.rows.groupby(["_source", "_month"], sort=True)["_amount"].sum().reset_index()
    table.columns = pd.Index(["source", "month", "amount"])
    table["month"] = table["month"].astype(str)
    return held, table.rename_axis("row_id")


def _left(monthly: pd.DataFrame, target: float | None, since: str) -> list[dict[str, Any]]:
    """Return one row per source: its peak, what is left of it, and when a target is missed if it goes on like this."""
    sources = sorted(monthly["source"].unique(), key=str)
    rows = []
    for source in [*([ALL] if len(sources) > 1 else []), *sources]:
        own = monthly if source == ALL and ALL not in sources else monthly[monthly["source"] == source]
        counts = own.groupby("month")["amount"].sum()
        series = counts.set_axis(pd.to_datetime(counts.index + "-01"))
        row = {"source": source, **fading.remains(series, since)}
        if target is not None and source == (ALL if len(sources) > 1 else sources[0]):
            row |= {"target": target, **{k: v for k, v in fading.missed(series, target, since).items() if k not in row}}
        rows.append(row)
    return rows


def _shares_left(rows: list[dict[str, Any]], source: str) -> dict[str, Share]:
    """Return what is left of the peak of all hours as lines: an amount over an amount, no trials."""
    first = rows[0]
    return {
        f"peak_{month}": Share(
            first.get(f"active_{month}"), first.get("peak"), source, str(first.get("peak_month") or ""), binomial=False
        )
        for month in fading.MONTHS
    }
