"""The zones of an emergency as a layer: units, gates, points, duties, who walks where."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from gridkit.catalog.emergencies import Emergency, Kind, emergencies
from gridkit.catalog.layer import Layer
from gridkit.errors import TableError, UsageError
from gridkit.language.phrases import series
from gridkit.measure.access.network import Network, build
from gridkit.measure.access.origins import origins
from gridkit.measure.emergency import gates as cut
from gridkit.measure.emergency.delivery import delivery
from gridkit.measure.emergency.members import CANDIDATES, NONE, WINDOWS, members
from gridkit.measure.emergency.points import Points, candidates, in_languages, points
from gridkit.tables import TEXT

if TYPE_CHECKING:
    from shapely.geometry.base import BaseGeometry

    from gridkit.catalog.definitions import EmergencyLayer
    from gridkit.measure.inputs import Subject

ALL_LEAVE = "*"
"""The zone of points that people of every zone leave for."""


def emergency(definition: EmergencyLayer, subject: Subject) -> Layer:
    """Return the layer of the zones that the user brought.

    Returns
    -------
    Layer
        ``zones``: one row per zone: units, people, households, gates, points, staff, metres of border shut and open.
        ``units``: ``zone`` and ``zone_kind``; ``grids``: the measures. ``points``: gates and points with ``category``
        (``gate``, ``point``), ``zone``, ``name`` (and ``name_en``, where streets and places have it). ``walks``: which
        unit goes to which point; ``access``: the gate next to each unit. ``duties``: who is needed where.
    """
    if subject.data is None:
        raise UsageError("there is no zone", mend="give them: gridkit emergency PLAN --zones FILE")
    practice = emergencies()[definition.practice]
    here = _ground(definition, subject, practice, subject.data)
    found = {name: _gates(here, name) for name in here.zones.index}
    served = _points(here)
    places = _marks(here, found, served)
    carried = _rounds(here, places) if definition.rounds else {}
    walks = pd.concat([each.walks for each in served.values()], ignore_index=True) if served else _NO_WALKS
    duties = _duties(here, found, served, carried)
    table = _table(here, found, served, duties)
    tables = {
        "zones": table,
        "units": pd.DataFrame({"zone": here.of_unit, "zone_kind": here.of_unit.map(here.zones["kind"]).fillna(NONE)}),
        "grids": _grids(here, found),
        "points": places,
        "walks": walks.rename_axis("walk_id"),
        "access": _access(here, places),
        "duties": duties,
    }
    facts = _facts(here, table, served, practice)
    if definition.rounds:
        told = [own for _, own in carried.values()]
        every = [rows.assign(zone=name) for name, (rows, _) in carried.items() if len(rows)]
        if every:
            tables["rounds"] = pd.concat(every, ignore_index=True).rename_axis("visit_id")
        facts["rounds"] = sum(own["rounds"] for own in told)
        facts["carriers"] = sum(own["carriers"] for own in told)
        facts["carriers_least"] = sum(own["carriers_least"] for own in told)
        facts["households_unserved"] = sum(own["households_unserved"] for own in told)
    return Layer(definition, tables, facts)


_NO_WALKS = pd.DataFrame({"unit_id": [], "point": [], "people": [], "minutes": []})


@dataclass(frozen=True)
class _Ground:
    """What all zones stand on."""

    subject: Subject
    practice: Emergency
    zones: gpd.GeoDataFrame
    of_unit: pd.Series[Any]
    decided: dict[str, Any]
    homes: gpd.GeoDataFrame
    network: Network | None
    steps: int

    def kind(self, name: str) -> Kind:
        """Return the kind of a zone."""
        return self.practice.kinds[str(self.zones.loc[name, "kind"])]

    def units(self, name: str) -> gpd.GeoDataFrame:
        """Return the units of a zone."""
        return self.subject.units[(self.of_unit == name).to_numpy()]


def _ground(definition: EmergencyLayer, subject: Subject, practice: Emergency, zones: gpd.GeoDataFrame) -> _Ground:
    strange = sorted(set(zones["kind"]) - set(practice.kinds))
    if strange:
        raise UsageError(
            "{said!r} is no kind of zone here", mend="there are: {all}", said=strange[0], all=series(practice.kinds)
        )
    homes = origins(subject.units, subject.extract)
    levels = {key: kind.level for key, kind in practice.kinds.items()}
    of_unit, decided = members(subject.units, zones, homes, levels, practice.number("share"))
    used = zones[zones.index.isin(set(of_unit))]
    if used.empty:
        raise TableError(
            "no zone holds a unit of the plan; outside: {names}",
            where="zones",
            mend="check their CRS: --crs EPSG:4528",
            names=series(decided["outside"]),
        )
    try:
        network = build(subject.extract.table("roads"), "walk")
    except TableError:
        network = None
    return _Ground(subject, practice, used, of_unit, decided, homes, network, definition.steps)


def _gates(here: _Ground, name: str) -> gpd.GeoDataFrame:
    """Return the gates of a zone, none where its kind has none or no streets are known."""
    units = here.units(name)
    if not here.kind(name).gates or here.network is None:
        return gpd.GeoDataFrame({"zone": [], "road": [], "what": []}, geometry=[], crs=units.crs)
    area = shapely.union_all(units.geometry.to_numpy())
    reach = here.practice.number("gate_reach_m")
    inside = here.homes["unit_id"].isin(units.index).to_numpy()
    # Where zones touch, what lies in the other is not free ground: each has gates of its own.
    near = shapely.dwithin(here.homes.geometry.to_numpy(), area, 2 * reach)
    lived = (here.homes["people"] > 0).to_numpy()
    borders = here.subject.borders
    joined = (
        cut.places(units.index, borders) if borders is not None else pd.Series(range(len(units)), index=units.index)
    )
    zone = cut.Zone(name, area, here.homes[inside & lived], here.homes[~inside & near & lived], joined)
    return cut.gates(here.network, zone, reach)


def _points(here: _Ground) -> dict[str, Points]:
    """Return the points of each zone whose people walk to some, and those of all who leave."""
    roads, given = here.subject.extract.table("roads"), here.subject.services.get(CANDIDATES)
    found: dict[str, Points] = {}
    before = 0
    leaving = [name for name in here.zones.index if here.kind(name).leave]
    for name in [*(each for each in here.zones.index if here.kind(each).points), *([ALL_LEAVE] if leaving else [])]:
        units = pd.concat([here.units(each) for each in leaving]) if name == ALL_LEAVE else here.units(name)
        homes = here.homes[here.homes["unit_id"].isin(units.index)]
        if not (homes["people"] > 0).any():
            continue
        area = shapely.union_all(units.geometry.to_numpy())
        among = _among(here, name, units, area, given)
        chosen = points(
            homes, roads, among, here.practice, within=None if name == ALL_LEAVE else area, steps=here.steps
        )
        found[name] = chosen.numbered("P" if name == ALL_LEAVE else f"{name}-P", before)
        before += len(chosen.table)
    return found


def _among(
    here: _Ground,
    name: str,
    units: gpd.GeoDataFrame,
    area: BaseGeometry,
    given: gpd.GeoDataFrame | None,
) -> gpd.GeoDataFrame:
    """Return the places among which the points of a zone are chosen."""
    number = here.practice.number
    if given is not None:
        inside = given.intersects(area).to_numpy()
        chosen = given[~inside if name == ALL_LEAVE else inside]
        named = (
            chosen["name"].astype("object").where(chosen["name"].notna(), chosen.index.to_series())
            if "name" in chosen
            else chosen.index
        )
        capacity = chosen.get("capacity", np.nan)
        said = {column: chosen[column] for column in in_languages(chosen)}
        made = gpd.GeoDataFrame({"name": named, **said, "capacity": capacity}, geometry=chosen.geometry, crs=chosen.crs)
    elif name == ALL_LEAVE:
        made = _shelters(here, area)
    else:
        made = candidates(units, number("spacing_m"))
    made.index = pd.Index([str(at) for at in range(len(made))], dtype=TEXT)
    return made


def _shelters(here: _Ground, area: BaseGeometry) -> gpd.GeoDataFrame:
    """Return the places of the district that the practice names, outside what is left."""
    every = here.subject.extract.table("places")
    kinds = {f"{key}={value}" for key, values in here.practice.places.items() for value in values}
    fit = every[every["kind"].isin(kinds).to_numpy() & ~every.intersects(area).to_numpy()]
    capacity = fit["capacity"].astype(float) if "capacity" in fit else np.nan
    named = fit["name"].astype("object").where(fit["name"].notna(), fit["kind"])
    said = {column: fit[column] for column in in_languages(fit)}
    return gpd.GeoDataFrame({"name": named, **said, "capacity": capacity}, geometry=fit.geometry, crs=fit.crs)


def _marks(here: _Ground, found: dict[str, gpd.GeoDataFrame], served: dict[str, Points]) -> gpd.GeoDataFrame:
    """Return gates and points as one table of places; gates are numbered through all zones, so that G7 is one."""
    roads = here.subject.extract.table("roads")
    parts, before = [], 0
    for name, gates in found.items():
        if len(gates):
            street = roads[["name", *in_languages(roads)] if "name" in roads else []].reindex(gates["road"])
            own = {
                "category": "gate",
                "zone": name,
                "name": "",
                **{column: street[column].fillna("").astype(TEXT).to_numpy() for column in street},
                "what": gates["what"].to_numpy(),
                "people": np.nan,
                "capacity": np.nan,
            }
            numbers = [f"{name}-G{before + at + 1}" for at in range(len(gates))]
            parts.append(gpd.GeoDataFrame(own, geometry=gates.geometry.to_numpy(), crs=here.zones.crs, index=numbers))
            before += len(gates)
    for name, each in served.items():
        parts.append(each.table.assign(category="point", zone=NONE if name == ALL_LEAVE else name, what=""))
    empty = gpd.GeoDataFrame({"category": [], "zone": [], "name": [], "what": []}, geometry=[], crs=here.zones.crs)
    made = gpd.GeoDataFrame(pd.concat(parts), crs=here.zones.crs) if parts else empty
    made.index = pd.Index(made.index.astype(TEXT), name="place_id", dtype=TEXT)
    return made


def _rounds(here: _Ground, places: gpd.GeoDataFrame) -> dict[str, tuple[pd.DataFrame, dict[str, Any]]]:
    """Return the rounds of each zone whose supplies come to the door, where its households are known."""
    found = {}
    for name in here.zones.index:
        units = here.units(name)
        if not here.kind(name).rounds or "households" not in units:
            continue
        own = places[(places["category"] == "gate") & (places["zone"] == name)]
        hours = here.subject.services.get(WINDOWS)
        found[str(name)] = delivery(units, own, here.subject.extract.table("roads"), here.practice, hours)
    return found


def _access(here: _Ground, places: gpd.GeoDataFrame) -> pd.DataFrame:
    """Return the gate next to each unit of a zone, straight across."""
    gates = places[places["category"] == "gate"]
    rows = []
    for name in here.zones.index:
        own, units = gates[gates["zone"] == name], here.units(name)
        if len(own) and len(units):
            tree = shapely.STRtree(own.geometry.to_numpy())
            near = tree.nearest(np.asarray(units.representative_point(), dtype=object))
            rows.append(pd.DataFrame({"unit_id": units.index, "gate": own.index.to_numpy()[near]}))
    empty = pd.DataFrame({"unit_id": [], "gate": []})
    return (pd.concat(rows, ignore_index=True) if rows else empty).rename_axis("access_id")


def _duties(
    here: _Ground,
    found: dict[str, gpd.GeoDataFrame],
    served: dict[str, Points],
    carried: dict[str, tuple[pd.DataFrame, dict[str, Any]]],
) -> pd.DataFrame:
    """Return who is needed where: at gates by shift, at points by the people who come."""
    number, rows = here.practice.number, []
    shifts = int(number("shifts"))
    for name, gates in found.items():
        if len(gates):
            a_shift = len(gates) * int(number("gate_staff"))
            rows.append((name, "gate", len(gates), a_shift, shifts, a_shift * shifts))
    for name, each in served.items():
        workers = int(each.table["workers"].sum())
        rows.append((NONE if name == ALL_LEAVE else name, "point", len(each.table), workers, 1, workers))
    rows += [(name, "round", own["rounds"], own["carriers"], 1, own["carriers"]) for name, (_, own) in carried.items()]
    table = pd.DataFrame(rows, columns=["zone", "duty", "places", "a_shift", "shifts", "staff"])
    return table.rename_axis("duty_id")


def _table(
    here: _Ground, found: dict[str, gpd.GeoDataFrame], served: dict[str, Points], duties: pd.DataFrame
) -> pd.DataFrame:
    """Return one row per zone."""
    rows = []
    staff = duties.groupby("zone")["staff"].sum()
    for name in here.zones.index:
        units, zone, kind = here.units(name), here.zones.loc[name], here.kind(name)
        area = shapely.union_all(units.geometry.to_numpy())
        known = "households" in units and units["households"].notna().all()
        told = served[name].facts if name in served else {}
        metres = cut.edge(units.index, area, here.subject.borders) if here.subject.borders is not None else {}
        rows.append(
            {
                "zone": name,
                "kind": zone["kind"],
                "since": zone["since"],
                "until": zone["until"],
                "phone": zone["phone"],
                "units": len(units),
                "grids": int(units["grid_id"].nunique()),
                "people": float(units["people"].sum()),
                "households": float(units["households"].sum()) if known else math.nan,
                "gates": len(found[name]) if kind.gates and here.network is not None else math.nan,
                **metres,
                "points": told.get("points", math.nan),
                "seated": told.get("seated", math.nan),
                "unseated": told.get("unseated", math.nan),
                "mean_minutes": told.get("mean_minutes", math.nan),
                "gap": told.get("gap", math.nan),
                "staff": int(staff.get(name, 0)),
            }
        )
    return pd.DataFrame(rows).set_index("zone")


def _grids(here: _Ground, found: dict[str, gpd.GeoDataFrame]) -> pd.DataFrame:
    """Return the people of each grid who live in a zone, and the gates in it."""
    units, index = here.subject.units, here.subject.grids.index
    inside = units["people"].where((here.of_unit != NONE).to_numpy(), 0.0).groupby(units["grid_id"]).sum()
    every = units["people"].groupby(units["grid_id"]).sum().reindex(index)
    table = pd.DataFrame({"zone_people": inside.reindex(index).fillna(0.0)}, index=index)
    table["zone_share"] = (table["zone_people"] / every.where(every > 0)).fillna(0.0)
    marks = [gates for gates in found.values() if len(gates)]
    counted = pd.Series(0, index=index)
    if marks:
        spots = gpd.GeoDataFrame(pd.concat(marks), crs=here.zones.crs)
        grids = np.asarray(here.subject.grids.geometry, dtype=object)
        at = shapely.STRtree(grids).nearest(spots.geometry.to_numpy())
        counted = pd.Series(np.bincount(at, minlength=len(index)), index=index)
    table["zone_gates"] = counted
    return table


def _facts(here: _Ground, table: pd.DataFrame, served: dict[str, Points], practice: Emergency) -> dict[str, Any]:
    """Return the headline: who is in which zone, what it takes, and what could not be met."""
    unseated = float(sum(each.facts["unseated"] for each in served.values()))
    streets = here.network is not None
    return {
        "practice": practice.name,
        "zones": len(table),
        "units_in_zones": int((here.of_unit != NONE).sum()),
        "people_in_zones": float(table["people"].sum()),
        "gates": int(table["gates"].sum()) if streets else None,
        "points": int(sum(each.facts["points"] for each in served.values())),
        "unseated": unseated,
        "gap": max((each.facts["gap"] for each in served.values()), default=0.0),
        "how": next((each.facts["how"] for each in served.values()), "walk" if streets else "straight"),
        "zones_outside": here.decided["outside"],
        "zones_covered": here.decided["empty"],
        "zones_small": here.decided["small"],
        "units_claimed_twice": here.decided["claimed_twice"],
        "units_in_part": int(sum(here.decided["partly"].values())),
        "unverified": sorted(name for name, number in practice.numbers.items() if not number.verified),
    }
