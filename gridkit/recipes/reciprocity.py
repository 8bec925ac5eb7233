"""Exchange between members, and ties between bodies: aggregates of anonymous tables, reduced as they are read."""

from __future__ import annotations

import warnings
from typing import TYPE_CHECKING, Any, Literal

import pandas as pd

from gridkit import provenance
from gridkit.errors import TableError
from gridkit.face import face
from gridkit.language.phrases import template
from gridkit.ledger import Ledger
from gridkit.measure.incidents.classes import plain
from gridkit.measure.participation import exchange as exchanged
from gridkit.measure.participation.bodies import centralisation
from gridkit.measure.share import LEAST, Share, listed
from gridkit.plan import lines
from gridkit.plan.told import Told
from gridkit.recipes.days import asof
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

COMMAND = "reciprocity"
_EXCHANGE = {
    "giver": (
        "giver", "from", "source", "sender", "provider", "seller", "payer", "user", "user_id", "author", "author_id",
        "提供者", "给予方", "服务者", "服务方", "付出方", "转出方", "服务人", "服务人编号", "服务者编号", "提供者编号",
        "志愿者编号", "转出账户", "用户", "编号",
    ),
    "taker": (
        "taker", "to", "target", "receiver", "recipient", "buyer", "consumer", "payee",
        "接受者", "受助者", "接受方", "受方", "转入方", "被服务者", "被服务人", "被服务人编号", "被服务者编号",
        "接受者编号", "服务对象", "服务对象编号", "受助人编号", "转入账户",
    ),
    "amount": (
        "hours", "amount", "value", "weight", "quantity", "time spent", "duration",
        "小时", "时长", "服务时长", "工时", "数量",
    ),
    "kind": ("kind", "type", "category", "transfer_type", "transaction type", "类型", "类别"),
    "id": ("id", "comment_id", "comment id", "评论编号"),
    "parent": ("parentid", "parent_id", "parent", "reply_to", "in_reply_to", "回复编号", "上级评论"),
    "time": (
        "date", "created_at", "timestamp", "datetime", "timeset", "time", "日期", "时间", "服务日期",
        "服务时间", "交易日期",
    ),
}  # fmt: skip
_BODIES = {
    "one": ("one", "from", "source", "body", "organisation", "organization", "甲方", "单位", "组织", "主体"),
    "other": ("other", "to", "target", "partner", "with", "乙方", "合作单位", "合作方", "对方"),
    "time": ("time", "date", "日期", "时间"),
}
_ROOT = ("-1", "0", "")
"""What stands in the place of a parent where a comment answers none."""
ISSUED = frozenset(
    map(plain, (
        "disbursement", "reclamation", "issue", "issued", "grant", "bonus", "opening", "opening balance", "adjustment",
        "agent_out", "agent_in", "发放", "奖励", "赠送", "期初", "初始", "调整", "回收",
    ))
)  # fmt: skip
"""Kinds of rows that are no exchange: credits that somebody issued or took back, which inflate it."""
OFFICES = ("grid office", "grid station", "网格办", "网格站", "网格服务站", "网格中心", "网格工作站")
"""How bodies are called that are an office of the grid: the core is told with them and without."""


@face("reciprocity")
def reciprocity(  # noqa: PLR0913 - the public face
    exchange: Source,
    *,
    plan: Plan | None = None,
    bodies: Source | None = None,
    encoding: str | None = None,
    columns: Mapping[str, str] | None = None,
    dates: Literal["dmy", "mdy", "ymd", "1904"] | None = None,
    progress: Progress | None = None,
) -> Told:
    """Return how far members give and take both, and how much hangs on one body.

    Parameters
    ----------
    exchange
        Who gave to whom, and how much: giver, taker, hours; or replies: id, parent, user. Numbers in place of names.
    plan
        The plan that keeps what is found. In Python the plan itself: see :func:`gridkit.read_plan`.
    bodies
        Ties between bodies (organisations, committees, grid offices): one, other. Never between persons.
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
    reading = Reading(encoding=encoding, columns=columns or {}, dates=dates)
    with provenance.recording() as record, provenance.role(COMMAND):
        read = _exchange(exchange, reading)
        tied = None if bodies is None else _bodies(bodies, reading)
    accounts = Ledger(tuple(each.account("exchange") for each in (read, tied) if each is not None))
    for said in accounts.warnings():
        warnings.warn(said, stacklevel=3)
    facts, shares = _of_exchange(read)
    if tied is not None:
        more, others = _of_bodies(tied)
        facts, shares = {**facts, **more}, {**shares, **others}
    facts["notes"] = [*read.notes, *(tied.notes if tied is not None else ())]
    told = listed(shares)
    held = None
    if plan is not None:
        step = provenance.step(COMMAND, {"rows": len(read.rows)}, record.inputs, ledger=accounts)
        held = derived(lines.kept(plan, COMMAND, shares)).with_step(step)
    return Told(COMMAND, {"lines": told, **facts}, {"lines": pd.DataFrame(told).set_index("indicator")}, held)


# ------------------------------------------------------------------ members
def _exchange(source: Source, reading: Reading) -> Register:
    """Return rows of giver, taker and amount; of replies who answers whom."""
    found = registers.read(source, _EXCHANGE, reading=reading, needed=("giver",))
    if "taker" not in found:
        if "id" not in found or "parent" not in found:
            raise TableError(
                "no column says who takes, and none which row answers which",
                where=found.where,
                mend="name it: --column taker=COLUMN, or --column parent=COLUMN and --column id=COLUMN",
            )
        return _replies(found)
    made = found.rows.assign(giver=found.texts("giver"), taker=found.texts("taker"))
    made["amount"] = found.hours("amount").to_numpy(dtype=float) if "amount" in found else 1.0
    held = _with(found, made)
    if "kind" in held:
        issued = held.texts("kind").map(lambda cell: plain(str(cell)) in ISSUED, na_action="ignore").eq(True)  # noqa: FBT003
        said = template(
            "{count} row is a credit that was issued or taken back: no exchange",
            "{count} rows are credits that were issued or taken back: no exchange",
        )
        held = held.without(issued, "other", said)
    return _sound(held)


def _replies(found: Register) -> Register:
    """Return replies as exchanges: whoever answers gives, whoever is answered takes."""
    key, parent, user = (found.texts(role) for role in ("id", "parent", "giver"))
    roots = parent.isna() | parent.isin(_ROOT)
    by_key = dict(zip(key, user, strict=True))
    made = found.rows.assign(giver=user, taker=parent.map(by_key), amount=1.0)
    held = _with(found, made).without(roots, "other")
    missing = held.rows["taker"].isna() & ~parent[~roots].isin(key)
    said = template(
        "{count} reply answers a row that is not in the table",
        "{count} replies answer a row that is not in the table",
    )
    return _sound(held.without(missing, "unmatched", said))


def _with(found: Register, rows: pd.DataFrame) -> Register:
    return registers.Register(rows, found.where, found.reading, found.lost, found.notes)


def _sound(held: Register) -> Register:
    """Return an exchange without rows of which somebody, or the amount, is not known, or the amount is none."""
    rows = held.rows
    held = held.without(rows["giver"].isna() | rows["taker"].isna() | rows["amount"].isna(), "blank")
    held = held.without(held.rows["amount"] < 0, "negative")
    held = held.without(held.rows["amount"] == 0, "invalid", template("rows of nothing are no exchange"))
    if not len(held.rows):
        raise TableError("no row is an exchange", where=held.where, mend="check its columns: --column giver=COLUMN")
    return held


def _of_exchange(read: Register) -> tuple[dict[str, Any], dict[str, Share]]:
    found = exchanged.reciprocity(read.rows)
    told: dict[str, Any] = {"source": read.name, "asof": _asof(read)}
    shares = {
        "both": Share(found["both"], found["members"], persons=True, **told),
        "returned": Share(found["returned"], found["ties"], **told),
        "evenness": Share(found["least"], found["mean"], binomial=False, **told),
    }
    hidden = found["members"] < LEAST
    plain_facts = ("exchanges", "to_oneself", "amount", "ties", "pairs", "mutual")
    facts = {name: None if hidden else found[name] for name in plain_facts}
    if hidden:
        shares = {name: _hidden(each) for name, each in shares.items()}
    return facts, shares


def _hidden(each: Share) -> Share:
    """Return a share of so few members that nothing of them is told."""
    return Share(0, 0, each.source, each.asof)


def _asof(read: Register) -> str:
    """Return the newest day of a register that is not still to come; empty where it has no day that can be read."""
    if "time" not in read:
        return ""
    try:
        return asof(read.days("time"))
    except TableError:
        return ""


# ------------------------------------------------------------------ bodies
def _bodies(source: Source, reading: Reading) -> Register:
    found = registers.read(source, _BODIES, reading=Reading(encoding=reading.encoding), needed=("one", "other"))
    made = found.rows.assign(one=found.texts("one"), other=found.texts("other"))
    held = _with(found, made)
    return held.without(made["one"].isna() | made["other"].isna(), "blank")


def _of_bodies(tied: Register) -> tuple[dict[str, Any], dict[str, Share]]:
    """Return how much hangs on one body, with the grids' offices and without them."""
    every = pd.unique(pd.concat([tied.rows["one"], tied.rows["other"]]))
    offices = [each for each in every if any(plain(word) in plain(each) for word in OFFICES)]
    told: dict[str, Any] = {"source": tied.name, "asof": _asof(tied), "binomial": False}
    found, left = centralisation(tied.rows), centralisation(tied.rows, without=offices)
    shares = {
        "density": Share(found["ties"], found["possible"], **told),
        "centralisation": Share(found["above"], found["below"], **told),
    }
    facts = {"bodies": found["bodies"], "body_ties": found["ties"], "cores": found["cores"], "offices": len(offices)}
    if offices:
        shares["centralisation_without"] = Share(left["above"], left["below"], **told)
        facts["alone_without"] = left["alone"]
    return facts, shares
