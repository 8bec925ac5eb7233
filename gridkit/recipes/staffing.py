"""Staff of a plan's grids: who serves where, whether the hours suffice, and who should answer for which grid."""

from __future__ import annotations

import re
import warnings
from dataclasses import dataclass, replace
from datetime import date
from typing import TYPE_CHECKING, Any, Literal

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from gridkit import ledger, provenance
from gridkit.catalog import definitions
from gridkit.crs import LONLAT
from gridkit.errors import GridkitWarning
from gridkit.face import face, several
from gridkit.language.phrases import listed, template
from gridkit.measure.work.assignment import Prices, assigned
from gridkit.measure.work.layer import standards
from gridkit.measure.work.names import STAFF_TABLE
from gridkit.plan.ingredients import STALE, digest
from gridkit.plan.overlap import shared_parts
from gridkit.plan.plan import Plan
from gridkit.plan.workers import on_the_card
from gridkit.recipes.days import said_day
from gridkit.recipes.layer import derived, measured
from gridkit.recipes.plans import plan_before
from gridkit.recipes.progress import shown
from gridkit.recipes.workload import brought, called, entitled, nowhere, practice_of
from gridkit.sources import gate
from gridkit.sources import staff as rosters
from gridkit.sources.reading import Reading
from gridkit.sources.tables import names as columns_named
from gridkit.tables import TEXT

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import NDArray

    from gridkit.catalog.definitions import StaffingLayer, WorkloadLayer
    from gridkit.catalog.workload import Workload
    from gridkit.ledger import Ledger
    from gridkit.project import Source
    from gridkit.recipes.progress import Progress

LAYER = "staffing"
ASSIGNED = "assignment"
"""The name of the table that a plan keeps of who should answer for which grid."""
NAMES = ("姓名", "name", "full name", "full_name", "worker")
"""What the column of names is called in tables of staff."""


@dataclass(frozen=True)
class _Before:
    """Staff as read: the table a plan keeps, where each lives, and the households that each serves by now.

    Attributes
    ----------
    roster
        Without homes; grids as the plan calls them.
    homes
        Points in the plan's CRS, empty where they are not known.
    served
        ``staff_id``, ``grid_id`` (of the plan) and ``households``: of each grid, those that have this person already.
    """

    roster: pd.DataFrame
    homes: gpd.GeoSeries
    served: pd.DataFrame | None = None


@face("staffing")
def staffing(  # noqa: PLR0913 - the public face
    plan: Plan,
    *,
    events: Source | None = None,
    forms: Source | None = None,
    classes: Source | None = None,
    staff: Source | None = None,
    old: Source | None = None,
    preset: str | None = None,
    asof: str = "",
    assign: bool = False,
    names: bool = False,
    crs: str | None = None,
    datum: str | None = None,
    encoding: str | None = None,
    columns: Mapping[str, str] | None = None,
    dates: Literal["dmy", "mdy", "ymd", "1904"] | None = None,
    timezone: str | None = None,
    alike: Literal["once", "apart"] | None = None,
    accept: str | Sequence[str] = (),
    progress: Progress | None = None,
) -> Plan:
    """Return the plan with its staff on it: hours there are against hours needed, and what is left without the lent.

    Parameters
    ----------
    plan
        A plan made by gridkit.split(...): a file, or postgresql://HOST/DB:SCHEMA. In Python the plan itself: see
        :func:`gridkit.read_plan`.
    events
        Events that the workers of grids handle: a layer of the plan, or a log of them: FILE[:LAYER].
    forms
        A ledger of forms: a row per form, how often it is due (a_year or every) and minutes. Without it hours at doors
        for one at the desk are not known.
    classes
        Households by class (hardship, empty nest ...): a column per class, or a row per household; only counts stay.
    staff
        The staff: post, grid or community, hours, and first and last day where they are lent. Names and numbers of
        persons are left out; see ``names``.
    old
        The grids that the codes of the staff are of, where they are others: a plan or a layer of grids. Everybody is
        counted where most households of their old grid are now.
    preset
        The kind of grid whose standards of work hold: see gridkit.presets().
    asof
        The day on which those who serve are counted, such as 2027-01-31.
    assign
        Propose who should answer for which grid: near home, with few households that get another worker.
    names
        Keep the names of staff in the plan: the office's map, cards and lists show them.
    crs
        CRS of inputs that name none, such as EPSG:4528. Work is done in metres whatever the inputs are in.
    datum
        Datum of longitudes and latitudes: wgs84, cgcs2000, gcj02 or bd09. Of one input alone as people=gcj02, of
        several as district=gcj02,people=bd09.
    encoding
        Encoding of text.
    columns
        The column that plays a role, such as time=REPORTED; one or several. By the role's name: ``{'time':
        'reported'}``.
    dates
        The order of dates in figures: dmy, mdy or ymd; 1904 where numbers are days that Excel of a Mac counted.
    timezone
        The zone whose clock times with an offset are put to, such as Asia/Shanghai or +08:00.
    alike
        Rows alike in place and every column, without a number of their own: once counts them once, apart each. Each
        counts, and is warned of, when not given.
    accept
        A reason for which rows or people may be lost (uncovered, unmatched ...), or all; one or several. Without it
        more than 10 % lost stops the run.
    progress
        Called with the words of each stage and the share done. In a notebook a bar shows them without it.

    Raises
    ------
    TableError
        When no column says where anybody works, or there is no staff.

    Warns
    -----
    GridkitWarning
        Where posts are none of the practice, codes are of no grid, or hours are not known: nobody is left out for it.
    """
    say = shown(progress)
    say("reading data", None)
    taken = Reading(
        crs=crs, datum=datum, encoding=encoding, columns=columns or {}, dates=dates, timezone=timezone, alike=alike
    )
    practice = practice_of(plan, preset)
    # Where no day is said it is today's by the office's own calendar.
    day = str(said_day(asof, "--asof").date()) if asof else date.today().isoformat()  # noqa: DTZ011
    _, work = standards(practice)
    before: _Before | None = None
    with provenance.recording() as record, provenance.role(LAYER):
        held, named, accounts = brought(plan, practice, events, forms, classes, taken)
        if staff is not None:
            roster, more = _roster(plan, staff, taken, names=names)
            accounts = accounts + more
            before = _before(plan, roster, old, taken)
            known = nowhere(before.roster, plan)
            was = held.brought.get(STAFF_TABLE)
            if ASSIGNED in held.made and (was is None or digest(was) != digest(known)):
                # Who should answer for which grid was found among other staff.
                held = held.having(made={**held.made, ASSIGNED: STALE})
            held = replace(held, brought={**held.brought, STAFF_TABLE: known})
        accounts.tell(several(accept))
        say("measuring", None)
        registry = definitions.layers()
        needs: WorkloadLayer = registry["workload"]
        held = held.with_layer(measured(held, replace(needs, practice=practice, events=named), registry))
        definition: StaffingLayer = registry[LAYER]
        laid = measured(held, replace(definition, practice=practice, events=named, asof=day), registry)
    notes = accounts.notes()
    laid = replace(laid, facts={**laid.facts, "notes": notes})
    held = held.with_layer(laid)
    _warn(laid.facts)
    if assign:
        held = _assigned(held, work, before)
    held = derived(on_the_card(held))
    step = provenance.step(LAYER, {"preset": practice, "asof": day, "names": names}, record.inputs, ledger=accounts)
    return held.with_step(step)


def _roster(plan: Plan, source: Any, taken: Reading, *, names: bool) -> tuple[pd.DataFrame, Ledger]:  # noqa: ANN401
    """Return the table of staff, communities by their ids, with names where they were asked for."""
    read = gate.taken(source)
    keep = NAMES if names else ()
    table, _ = rosters.read(read, taken.columns, encoding=taken.encoding, keep=keep, dates_as=taken.dates)
    accounts = ledger.of(table)
    own = columns_named.column_for(table, NAMES) if names else None
    if own is not None:
        table = table.rename(columns={own: "name"})
    if "parent" in table:
        ids = {name: parent for parent, every in called(plan).items() for name in every}
        table["parent"] = table["parent"].map(lambda said: ids.get(str(said).strip(), said), na_action="ignore")
    return table, accounts


def _before(plan: Plan, roster: pd.DataFrame, old: Any, taken: Reading) -> _Before:  # noqa: ANN401 - a source
    """Return staff with the codes of the plan, where the table's are those of other grids."""
    homes = _homes(roster, plan)
    kept = roster.drop(columns=[name for name in rosters.HOME if name in roster])
    if old is None or "grid_id" not in kept:
        return _Before(kept, homes)
    was = plan_before(gate.taken(old) if not isinstance(old, Plan) else old, plan, said=taken.crs)
    units = was.units if isinstance(was, Plan) else was.assign(people=0.0, area_m2=was.area)
    parts = shared_parts(units, plan.units)
    codes = was.units["grid_id"] if isinstance(was, Plan) else was["grid_id"]
    parts = parts.assign(
        old=codes.reindex(parts["old_unit"]).to_numpy(),
        grid_id=plan.units["grid_id"].reindex(parts["new_unit"]).to_numpy(),
        amount=parts["households"].fillna(parts["people"]),
    )
    shared = parts.dropna(subset=["old"]).groupby(["old", "grid_id"], as_index=False)["amount"].sum()
    ranked = pd.DataFrame(shared).sort_values(["amount", "grid_id"], ascending=[False, True])
    most = ranked.drop_duplicates("old")
    now = dict(zip(most["old"].astype(str), most["grid_id"].astype(str), strict=True))
    rows = [
        (person, code) for person, said in kept["grid_id"].items() for code in _CODES.split(str(said).strip()) if code
    ]
    served = pd.DataFrame(rows, columns=["staff_id", "old"]).merge(shared, on="old")
    served = served.rename(columns={"amount": "households"})[["staff_id", "grid_id", "households"]]

    def moved(said: Any) -> Any:  # noqa: ANN401 - a cell
        found = [now.get(code, code) for code in _CODES.split(str(said).strip()) if code]
        return "、".join(dict.fromkeys(map(str, found)))

    return _Before(kept.assign(grid_id=kept["grid_id"].map(moved, na_action="ignore")), homes, served)


_CODES = re.compile(r"[、，,；;/\s]+")


def _homes(roster: pd.DataFrame, plan: Plan) -> gpd.GeoSeries:
    """Return where staff live, in the plan's CRS; nothing of it is kept."""
    if not set(rosters.HOME) <= set(roster):
        return gpd.GeoSeries(index=roster.index, crs=plan.crs)
    lon, lat = (roster[name].astype(float) for name in rosters.HOME)
    points = gpd.GeoSeries(gpd.points_from_xy(lon, lat), index=roster.index, crs=LONLAT)
    return points.where(lon.notna() & lat.notna()).to_crs(plan.crs)


def _warn(facts: Mapping[str, Any]) -> None:
    """Warn of what could not be placed or counted; the rest is."""
    said = {
        "roles_unknown": template("posts of no known role, whose hours are not known: {names}"),
        "unknown_grids": template("grids that the plan has not: {names}"),
        "unknown_parents": template("communities that the plan has not: {names}"),
        "without_grid": template("staff without a grid of the plan: {names}"),
    }
    for name, words in said.items():
        if facts.get(name):
            warnings.warn(GridkitWarning(words, where="--staff", names=listed(facts[name])), stacklevel=3)
    unsure: list[dict[str, Any]] = facts.get("roles_unsure", [])
    titles = standards(str(facts["preset"]))[1].roles
    for role in dict.fromkeys(each["role"] for each in unsure):
        own = {each["post"]: each["rows"] for each in unsure if each["role"] == role}
        words = template(
            "{count} row has a post of an unknown kind, taken as {role}: {names}",
            "{count} rows have posts of an unknown kind, taken as {role}: {names}",
        )
        what = {"count": sum(own.values()), "role": titles[role].title}
        names = listed([f"{post} ({rows})" for post, rows in own.items()])
        warnings.warn(GridkitWarning(words, where="--staff", names=names, **what), stacklevel=3)


def _assigned(plan: Plan, work: Workload, before: _Before | None) -> Plan:
    """Return the plan with who should answer for each grid."""
    posts = pd.DataFrame(plan.layers[LAYER].tables["posts"])
    able = [name for name, role in work.roles.items() if role.seat or role.stands_in]
    seats_of = [name for name, role in work.roles.items() if role.seat]
    people = posts[posts["role"].isin(able)].drop_duplicates("staff_id").set_index("staff_id")
    grids = plan.grids
    families = (grids["households"] if "households" in grids else grids["people"]).astype(float)
    own = before.served if before is not None and before.served is not None else None
    if own is None:
        own = posts.assign(households=families.reindex(posts["grid_id"]).to_numpy())
    held = posts.loc[posts["role"].isin(seats_of), "staff_id"]
    own = own[own["staff_id"].isin(held)]
    had = own.groupby("grid_id")["households"].sum().reindex(grids.index).fillna(0.0).clip(upper=families)
    seats = pd.DataFrame(
        {
            "grid_id": grids.index.astype(TEXT),
            "households": had.to_numpy(dtype=float),
            "language": grids["language"].to_numpy() if "language" in grids else None,
        },
        index=pd.Index([f"seat-{at + 1}" for at in range(len(grids))], name="seat_id", dtype=TEXT),
    )
    staff = pd.DataFrame(
        {"seat": people["role"].isin(seats_of), "languages": _languages(people, before)}, index=people.index
    )
    table = own.pivot_table(index="staff_id", columns="grid_id", values="households", aggfunc="sum")
    kept = table.reindex(index=staff.index, columns=seats["grid_id"]).fillna(0.0).to_numpy(dtype=float)
    prices = Prices(**{name: number.value for name, number in work.prices.items()})
    found = assigned(seats, staff, _ways(staff, seats, grids, before), kept, prices)
    made = found.table.assign(role=people["role"].reindex(found.table["staff_id"]).to_numpy())
    layer = plan.layers[LAYER]
    way = made["way_m"].dropna()
    facts = {
        "seats": len(made),
        "seats_filled": int(made["staff_id"].notna().sum()),
        "left_over": int(len(staff) - made["staff_id"].notna().sum()),
        "households_keep_worker": {"n": float(made["kept"].sum()), "of": float(made["households"].sum())},
        "mean_way_m": float(way.mean()) if len(way) else None,
        "homes_known": {"n": len(way), "of": int(made["staff_id"].notna().sum())},
    }
    laid = replace(layer, facts={**layer.facts, "assignment": facts})
    return plan.with_record(ASSIGNED, made).with_layer(laid).with_made(ASSIGNED)


def _languages(people: pd.DataFrame, before: _Before | None) -> list[frozenset[str] | None]:
    if before is None or "language" not in before.roster:
        return [None] * len(people)
    said = before.roster["language"].reindex(people.index)
    return [frozenset(_CODES.split(each.strip())) if isinstance(each, str) else None for each in said]


def _ways(
    staff: pd.DataFrame, seats: pd.DataFrame, grids: gpd.GeoDataFrame, before: _Before | None
) -> NDArray[np.float64]:
    """Return the metres from each home to each grid, straight across; missing where a home is not known."""
    ways = np.full((len(staff), len(seats)), np.nan)
    if before is None:
        return ways
    homes = np.asarray(before.homes.reindex(staff.index), dtype=object)
    known = ~(shapely.is_missing(homes) | shapely.is_empty(homes))
    spots = shapely.get_coordinates(shapely.point_on_surface(grids.geometry.to_numpy()))
    here = shapely.get_coordinates(homes[known])
    ways[known] = np.hypot(here[:, None, 0] - spots[None, :, 0], here[:, None, 1] - spots[None, :, 1])
    return ways


def facts(plan: Plan, *, titles: bool = False) -> dict[str, Any]:
    """Return the headline, and the tables that a person reads first; tasks and posts by their titles where asked."""
    layer = plan.layers[LAYER]
    told: dict[str, Any] = dict(layer.facts)
    for name in ("tasks", "ratios", "stress"):
        rows = pd.DataFrame(layer.tables[name]).reset_index().astype(object)
        told[name] = rows.where(rows.notna(), None).to_dict("records")
    gaps = pd.DataFrame(layer.tables["gaps"]).head(_FIRST) if "gaps" in layer.tables else pd.DataFrame()
    told["gaps"] = gaps.to_dict("records")
    if not titles:
        return told
    if "assignment" in told:
        told["assignment"] = entitled(told["assignment"], str(layer.facts["preset"]))
    return entitled(told, str(layer.facts["preset"]))


_FIRST = 15
