"""A plan in an emergency: zones laid on it, and the normal plan put back."""

from __future__ import annotations

import warnings
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Literal

import geopandas as gpd
import pandas as pd

from gridkit import ledger, provenance
from gridkit.band import Band
from gridkit.catalog import definitions
from gridkit.catalog.emergencies import emergencies
from gridkit.catalog.presets import presets
from gridkit.errors import GridkitWarning, TableError, UsageError
from gridkit.face import face, several
from gridkit.language.labels import word
from gridkit.language.phrases import listed, template
from gridkit.measure.emergency.members import CANDIDATES, WINDOWS
from gridkit.measure.lasting.fading import remains
from gridkit.plan import emergency as state
from gridkit.plan.arrays import prices
from gridkit.plan.posts import posts
from gridkit.recipes.layer import derived, measured, told
from gridkit.recipes.progress import shown
from gridkit.recipes.refresh import refresh
from gridkit.sources import facilities, gate, registers
from gridkit.sources import windows as window_files
from gridkit.sources import zones as zone_files
from gridkit.sources.reading import Reading
from gridkit.sources.tables import column_roles

if TYPE_CHECKING:
    from collections.abc import Sequence

    from gridkit.plan.plan import Plan
    from gridkit.project import Source
    from gridkit.recipes.progress import Progress

_MEASURE = ("measure_id", "measure", "place_id", "措施", "措施编号", "编号")
_DAY = ("withdrawn", "day", "date", "解除日期", "撤除日期", "日期")
_MONTH = ("month", "date", "day", "月份", "日期")
_COUNT = ("active", "volunteers", "count", "活跃人数", "志愿者", "志愿者人数", "人数")


@face("emergency")
def emergency(  # noqa: PLR0913 - the public face
    plan: Plan,
    *,
    zones: Source | Sequence[Source] = (),
    practice: Literal["epidemic", "flood", "fire"] = "epidemic",
    kind: str = "",
    since: str = "",
    until: str = "",
    candidates: Source | Sequence[Source] = (),
    inside: float | None = None,
    rounds: bool = False,
    windows: Source | None = None,
    phone: str = "",
    end: bool = False,
    withdrawn: Source | None = None,
    volunteers: Source | None = None,
    crs: str | None = None,
    encoding: str | None = None,
    accept: str | Sequence[str] = (),
    progress: Progress | None = None,
) -> Plan:
    """Return the plan with zones of an emergency on it; with ``end``, the normal plan as it was before.

    Parameters
    ----------
    plan
        A plan made by gridkit.split(...): a file, or postgresql://HOST/DB:SCHEMA. In Python the plan itself: see
        :func:`gridkit.read_plan`.
    zones
        The zones: FILE[:LAYER] of polygons, or a table of zone and unit_id, grid_id or compound; one or several.
    practice
        What kind of emergency it is: its kinds of zones, and the numbers staff and room are counted by.
    kind
        The kind of zones that do not say it: sealed, controlled or prevention; evacuate or watch; cordon or watch.
    since
        The first day of zones that do not say it, such as 2027-01-31.
    until
        The last day of zones that do not say it; with end=True the day on which it ended.
    candidates
        Places that may become points or shelters, with their capacity; one or several.
    inside
        Also make finer grids of this size inside the zones. In the unit of the plan's measure.
    rounds
        Also plan rounds of delivery to the doors of sealed zones (needs PyVRP, the extra rounds).
    windows
        Hours between which doors are come to (compound, unit_id, grid_id or zone; from, until); plans rounds too.
    phone
        The office's number that residents call.
    end
        Put the normal plan back, and list what is still open.
    withdrawn
        With end=True: which measure was withdrawn on which day (measure_id, withdrawn).
    volunteers
        With end=True: volunteers active in each month (month, active).
    crs
        CRS of inputs that name none, such as EPSG:4528. Work is done in metres whatever the inputs are in.
    encoding
        Encoding of text.
    accept
        A reason for which rows or people may be lost (uncovered, unmatched ...), or all; one or several. Without it
        more than 10 % lost stops the run.
    progress
        Called with the words of each stage and the share done. In a notebook a bar shows them without it.
    """
    say = shown(progress)
    if end:
        if several(zones):
            raise UsageError("--end ends an emergency, --zones begins one", mend="give one of them")
        return _ended(plan, until, withdrawn, volunteers, encoding)
    if not several(zones):
        raise UsageError("there is no zone", mend="name a file of them with --zones FILE")
    begin, last = zone_files.day(since, "--from"), zone_files.day(until, "--until")
    if begin and last and last < begin:
        raise UsageError("the last day is before the first", where="--until", mend="exchange the two dates")
    how = emergencies()[practice]
    taken = Reading(crs=crs, encoding=encoding)
    say("reading data", None)
    with provenance.recording() as record, provenance.role(state.LAYER):
        named = _places(plan)
        read = [
            zone_files.read(
                gate.taken(each),
                how,
                named,
                kind=kind,
                since=begin,
                until=last,
                phone=phone,
                crs=plan.crs,
                reading=taken,
            )
            for each in several(zones)
        ]
        found = _together([table for table, _ in read])
        notes = [note for _, more in read for note in more]
        found, late = _current(found, begin)
        brought = {**plan.brought, state.LAYER: found}
        if several(candidates):
            brought[CANDIDATES] = _candidates(plan, several(candidates), taken)
        brought.pop(WINDOWS, None)
        if windows is not None:
            shapes = {**named, "zone": gpd.GeoSeries(found.geometry)}
            brought[WINDOWS] = window_files.read(windows, plan.units, shapes, reading=taken)
        accounts = ledger.of(*(table for table, _ in read), brought.get(CANDIDATES, found))
        accounts.tell(several(accept))
    say("measuring", None)
    definition = replace(definitions.layers()[state.LAYER], practice=practice, rounds=rounds or windows is not None)
    held = plan.having(brought=brought)
    laid = measured(held, definition, definitions.layers())
    laid = told(laid, {"notes": notes, "expired": late})
    _warned(laid.facts, late)
    _outlasting(found, list(laid.facts["zones_covered"]))
    finer = None if inside is None else _finer(plan, laid.tables["units"]["zone"], inside)
    first = {} if state.running(plan) else {"normal": state.normal(plan)}
    asked = {"practice": practice, "zones": list(found.index), "from": begin, "until": last, "inside": inside, **first}
    step = provenance.step("emergency", asked, record.inputs, ledger=accounts)
    return derived(state.begun(held, laid, found, finer)).with_step(step)


def _places(plan: Plan) -> dict[str, gpd.GeoSeries]:
    """Return the shapes that a table of zones may name."""
    named = {"unit": gpd.GeoSeries(plan.units.geometry), "grid": gpd.GeoSeries(plan.grids.geometry)}
    if "code" in plan.grids and plan.grids["code"].is_unique:
        both = gpd.GeoSeries(pd.concat([named["grid"], plan.grids.set_index("code").geometry]), crs=plan.crs)
        named["grid"] = gpd.GeoSeries(both[~both.index.duplicated()])
    estates = plan.backdrop.get("compounds")
    if estates is not None and "name" in estates:
        own = estates[estates["name"].notna()]
        named["compound"] = gpd.GeoSeries(own[["name", "geometry"]].dissolve("name").geometry, crs=plan.crs)
    return named


def _together(tables: Sequence[gpd.GeoDataFrame]) -> gpd.GeoDataFrame:
    every = gpd.GeoDataFrame(pd.concat(tables), crs=tables[0].crs)
    twice = every.index[every.index.duplicated()].unique()
    if len(twice):
        raise TableError(
            "two files hold a zone of one name: {names}", mend="give each a name of its own", names=listed(twice)
        )
    return every


def _current(found: gpd.GeoDataFrame, begin: str) -> tuple[gpd.GeoDataFrame, list[str]]:
    """Return the zones that are not over before the emergency begins, and the names of those that are."""
    over = ((found["until"] != "") & (begin != "") & (found["until"] < begin)).to_numpy()
    if over.all():
        raise TableError(
            "every zone is over before {day}: {names}", where="zones", mend="check --from", day=begin,
            names=listed(found.index),
        )  # fmt: skip
    return found[~over], [str(name) for name in found.index[over]]


def _candidates(plan: Plan, sources: Sequence[Source], reading: Reading) -> gpd.GeoDataFrame:
    """Return the places that may become points, those in the district alone."""
    parts = [
        facilities.read(gate.taken(each), crs=plan.crs, reading=reading, district=plan.districts)[0] for each in sources
    ]
    made = gpd.GeoDataFrame(pd.concat(parts), crs=plan.crs)
    made = made[~(made.geometry.is_empty | made.geometry.isna())]
    if made.empty:
        raise TableError("there is no candidate in it", where="--candidates", mend="give points in the district")
    if made.index.has_duplicates:
        made.index = pd.Index([f"{each}#{at + 1}" for at, each in enumerate(made.index)], name=made.index.name)
    return made


def _finer(plan: Plan, of_unit: pd.Series[Any], size: float) -> pd.DataFrame:
    """Return the finer grids inside zones, within the band that the plan's kind of grid gives its parts."""
    if size <= 0:
        raise UsageError("{size} is no size of a grid", where="--inside", mend="give households, such as 50", size=size)
    preset = presets()[plan.parameters.preset or "cn-social"]
    band = Band(size * preset.number("micro_least"), size, size * preset.number("micro_most"))
    return posts(plan, of_unit, band, prices(preset), plan.parameters.seed)


def _warned(facts: Any, late: list[str]) -> None:  # noqa: ANN401 - a mapping
    """Say what is weaker than asked: zones left out, people without a place, numbers nobody verified."""
    for names, said in (
        (facts["zones_outside"], "zones outside the district are left out: {names}"),
        (facts["zones_covered"], "zones that others cover wholly hold nothing: {names}"),
        (late, "zones that are over before it begins are left out: {names}"),
    ):
        if names:
            _say(said, names=listed(names))
    if facts["unseated"] > 0:
        said = template(
            "{count} person has no point within reach that has room",
            "{count} people have no point within reach that has room",
        )
        _say(
            said, mend=template("give more candidates or more room: --candidates FILE"), count=round(facts["unseated"])
        )
    if facts.get("households_unserved", 0) > 0:
        said = template("{count} household is in no round", "{count} households are in no round")
        _say(said, count=round(facts["households_unserved"]))
    if facts["gates"] is None:
        _say(template("no street is known: gates are not sought"))


def _outlasting(zones: gpd.GeoDataFrame, covered: list[str]) -> None:
    """Say which zones hold nothing now and would, once those that cover them are over."""
    above = zones[~zones.index.isin(covered)]
    ends = {name: above.loc[above.intersects(zones.geometry[name]), "until"] for name in covered}
    left = [name for name, days in ends.items() if (days != "").any() and _later(zones["until"][name], days)]
    if left:
        _say(
            template("zones that others cover wholly last longer than these: {names}"),
            mend=template("lay them again, with the others left out, when those are over"),
            names=listed(left),
        )


def _later(day: str, others: pd.Series[str]) -> bool:
    """Return whether a zone is still there when the first of others is over; one without a last day is."""
    return day == "" or bool((others[others != ""] < day).any())


def _say(said: str, mend: str = "", **facts: object) -> None:
    warnings.warn(GridkitWarning(said, mend=mend, **facts), stacklevel=4)


# ------------------------------------------------------------------ back to normal
def _ended(plan: Plan, until: str, withdrawn: Source | None, volunteers: Source | None, encoding: str | None) -> Plan:
    """Return the normal plan, what is still open, and the return in numbers."""
    if not state.running(plan):
        raise UsageError("the plan is in no emergency", mend="begin one: gridkit emergency PLAN --zones FILE")
    held = plan.records[state.LAYER]
    day = zone_files.day(until, "--until") or held["until"].max()
    if not day:
        raise UsageError("no zone says its last day", mend="say on which day it ends: --until 2027-01-31")
    began = min((each for each in held["since"] if each), default="")
    if began and day < began:
        raise UsageError("it ends before it begins ({began})", where="--until", mend="check the day", began=began)
    reading = Reading(encoding=encoding)
    with provenance.recording() as record:
        lifted = None if withdrawn is None else _lifted(withdrawn, reading)
        counted = None if volunteers is None else _counted(volunteers, reading)
    accounts = ledger.Ledger(
        tuple(read.account(role) for role, read in (("withdrawn", lifted), ("volunteers", counted)) if read is not None)
    )
    for warned in accounts.warnings():
        warnings.warn(warned, stacklevel=3)
    days = {} if lifted is None else dict(zip(lifted.rows["measure"], lifted.rows["day"], strict=True))
    put_back = int(
        (plan.units["grid_id"].reindex(plan.past["normal_units"].index) != plan.past["normal_units"]["grid_id"]).sum()
    )
    back = state.ended(plan, days)
    facts = state.came_back(back.records[state.LAYER], day)
    if counted is not None:
        facts |= remains(counted.rows.set_index("month")["count"], began)
    facts["units_put_back"] = put_back
    flat = {**facts, "open": ", ".join(f"{what} {n}" for what, n in facts["open"].items())}
    table = pd.DataFrame([(name, None if value is None else str(value)) for name, value in flat.items()])
    table = table.set_axis(["fact", "value"], axis=1).set_index("fact")
    back = back.with_record(state.RETURN, table)
    step = provenance.step(
        "emergency end", {"until": day, "return": facts, "digest": back.digest}, record.inputs, ledger=accounts
    )
    return refresh(back.with_step(step))


def _register(source: Source, reading: Reading, **roles: tuple[str, ...]) -> registers.Register:
    """Return a table by the roles of its columns, all of which are needed."""
    frame, where = registers.opened(source, reading)
    found = column_roles.found(frame, roles)
    missing = [role for role in roles if role not in found]
    if missing:
        raise TableError(
            "no column says the {role}; its columns are {names}",
            where=where,
            mend="head it {head}",
            role=word(missing[0]),
            names=listed(frame.columns),
            head=roles[missing[0]][0],
        )
    rows = pd.DataFrame({role: frame[name].set_axis(frame.index) for role, name in found.items()})
    lost = {str(why): int(count) for why, count in frame.attrs.get("lost", {}).items() if count}
    return registers.Register(rows, where, reading, lost, tuple(frame.attrs.get("notes", ())))


def _lifted(source: Source, reading: Reading) -> registers.Register:
    """Return the day on which each measure was withdrawn; rows without a day are still open."""
    read = _register(source, reading, measure=_MEASURE, day=_DAY)
    days = read.days("day")
    rows = read.rows.assign(measure=read.texts("measure"), day=days.dt.strftime("%Y-%m-%d"))
    unread = rows["measure"].loc[days.attrs["unread"]].dropna().tolist()
    _said_unread(days)
    if unread:
        said = template(
            "{count} measure was withdrawn on a day that is not known, and counts as open: {names}",
            "{count} measures were withdrawn on days that are not known, and count as open: {names}",
        )
        _say(said, "write the day", count=len(unread), names=listed(unread[:5]))
    held = replace(read, rows=rows).said(*days.attrs["notes"])
    held = held.without(rows.index.isin(days.attrs["unread"]), "unreadable")
    return replace(held, rows=held.rows.dropna())


def _counted(source: Source, reading: Reading) -> registers.Register:
    """Return the volunteers active in each month."""
    read = _register(source, reading, month=_MONTH, count=_COUNT)
    months = read.days("month")
    _said_unread(months)
    held = replace(read, rows=read.rows.assign(month=months, count=read.numbers("count").astype(float)))
    held = held.said(*months.attrs["notes"]).without(months.isna(), "blank")
    return held.without(held.rows["count"] < 0, "negative")


def _said_unread(days: pd.Series[Any]) -> None:
    """Warn of cells that are no dates; how the others were read stands in the ledger."""
    if days.attrs["unread"]:
        _say("{notes}", notes=days.attrs["notes"][0])


def returned(plan: Plan) -> dict[str, Any]:
    """Return what the last return was measured to be, and what is still open of it."""
    ends = [step for step in plan.history if step.command == "emergency end"]
    held = plan.records[state.LAYER]
    still = held[held["withdrawn"] == ""].reset_index()
    return {**ends[-1].parameters["return"], "still_open": still.to_dict("records")}


def facts(plan: Plan, *, titles: bool = False) -> dict[str, Any]:
    """Return the headline of the emergency, and its zones one by one; their kinds by title where people read it."""
    layer = plan.layers[state.LAYER]
    table = pd.DataFrame(layer.tables["zones"]).reset_index()
    rows = table.astype(object).where(table.notna(), None).to_dict("records")
    kinds = emergencies()[layer.facts["practice"]].kinds
    for row in rows:
        row["kind"] = kinds[row["kind"]].title if titles else row["kind"]
    told_of = {name: value for name, value in layer.facts.items() if name != "read"}
    read = layer.facts.get("read", {})
    return {**told_of, "zones_expired": read.get("expired", []), "notes": read.get("notes", []), "by_zone": rows}
