"""The incidents layer: counts and rates, and everything that is asked about them, each question one small function."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import geopandas as gpd
import numpy as np
import pandas as pd

from gridkit.catalog.layer import Layer
from gridkit.errors import TableError
from gridkit.language.phrases import Phrase
from gridkit.measure.access.network import build
from gridkit.measure.access.reach import snap
from gridkit.measure.incidents import (
    calendar,
    closed_loop,
    density,
    hit_rate,
    hotspots,
    precision,
    repeats,
    trend,
    years,
)
from gridkit.measure.incidents.classes import chosen
from gridkit.measure.incidents.contiguity import contiguity
from gridkit.measure.incidents.exposure import base_of, exposure
from gridkit.measure.incidents.local_association import gi_star, local_moran, permuted
from gridkit.measure.incidents.rates import smoothed
from gridkit.measure.incidents.space_time_scan import Shape, least_visible, scan
from gridkit.tables import TEXT

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from gridkit.catalog.definitions import IncidentsLayer
    from gridkit.measure.inputs import Subject

LEAST = 20
"""Fewer incidents than this are counted, and not tested."""
FEWEST_AREAS = 10
"""Nor is a map of fewer areas than this searched for hot spots."""
CLASSES = 30
"""Up to this many classes get a column per grid."""
CELL_M = 100.0
SCAN_PERIODS = 104
SCAN_AREAS = 5000
SEEN_AREAS, SEEN_PERIODS = 7, 4
"""The cluster of which it is said how strong it has to be for the scan to see it: a grid, its neighbours, a month."""
NO_YEAR = Phrase("less than a year and four months is known, in which seasons cannot be told from a trend")
NEAR_DAYS = 14.0
"""Two incidents this close in time are near in Knox's test and in clusters, where the definition names no days."""
NEAR_TIMES = 4
"""Near in space, there, is this many times as far as a repeat: 400 m and a fortnight for burglaries, within which the
next one is more likely, by Johnson et al. (2007), Journal of Quantitative Criminology 23(3), 201-219."""


@dataclass(frozen=True)
class PlacedIncidents:
    """The incidents inside, where each one lies, and what they are laid on."""

    events: gpd.GeoDataFrame
    all_events: gpd.GeoDataFrame
    definition: IncidentsLayer
    subject: Subject
    grain_m: float | None = None
    """To how many metres the coordinates were rounded."""

    @property
    def timed(self) -> gpd.GeoDataFrame:
        """The incidents inside whose time is known."""
        return self.events[self.events["time"].notna()] if "time" in self.events else self.events.iloc[:0]


@dataclass(frozen=True)
class Answer:
    """What one question adds to the layer: columns of grids and units and points, further tables, facts."""

    grids: pd.DataFrame | None = None
    units: pd.DataFrame | None = None
    points: pd.DataFrame | None = None
    tables: Mapping[str, pd.DataFrame] = field(default_factory=dict)
    facts: Mapping[str, Any] = field(default_factory=dict)


def incidents(definition: IncidentsLayer, subject: Subject) -> Layer:
    """Return the incidents layer of a subject, whose ``data`` are the incidents.

    Returns
    -------
    Layer
        The tables and facts of :func:`~gridkit.measure.incidents.exposure.exposure`, and those of :data:`QUESTIONS`.

    Raises
    ------
    TableError
        When there is no table of incidents.
    """
    if subject.data is None:
        raise TableError(
            "the layer {name!r} needs a table of incidents", mend="name it with --data FILE", name=definition.name
        )
    events = chosen(subject.data, definition)
    held, at = precision.placeholders(events)
    events = events.set_geometry(events.geometry.where(~held, None))
    counted = exposure(events, subject.units, subject.grids, definition)
    points = counted.tables["points"]
    if not isinstance(points, gpd.GeoDataFrame):  # pragma: no cover - exposure's promise, told to the type checker
        raise TypeError(points)
    placed = PlacedIncidents(points, events, definition, subject, precision.grain(events))
    answers = [question(placed) for question in QUESTIONS]
    tables = dict(counted.tables)
    facts = {
        **counted.facts,
        "of_other_classes": len(subject.data) - len(events),
        "at_placeholders": int(held.sum()),
        "placeholders": at,
        "repeated_points": precision.repeated(events),
        "grain_m": placed.grain_m,
    }
    for answer in answers:
        for name, columns in (("grids", answer.grids), ("units", answer.units), ("points", answer.points)):
            if columns is not None:
                tables[name] = tables[name].join(columns)
        tables |= answer.tables
        facts |= answer.facts
    return Layer(definition, {name: table for name, table in tables.items() if len(table) or name == "points"}, facts)


def _classes(placed: PlacedIncidents) -> Answer:
    """Ask what they are: counts by class, in all and per grid."""
    column = "class" if "class" in placed.events else "category"
    if column not in placed.events or placed.events[column].isna().all():
        return Answer()
    what = placed.events[column].fillna("").astype(TEXT)
    table = what.value_counts().rename_axis("class").to_frame("count")
    table["share"] = table["count"] / table["count"].sum()
    per_grid = pd.crosstab(placed.events["grid_id"], what).reindex(placed.subject.grids.index, fill_value=0)
    per_grid = per_grid[table.index[:CLASSES]].add_prefix("class_")
    return Answer(tables={"classes": table, "grid_classes": per_grid.rename_axis(columns=None)})


def _rhythms(placed: PlacedIncidents) -> Answer:
    """Ask when: by hour where the times name hours, by weekday, by month where there is about a year of them."""
    times = placed.timed["time"] if "time" in placed.timed else pd.Series(dtype="datetime64[ns]")
    if times.empty:
        return Answer()
    asked = {
        "hours": calendar.has_hours(times),
        "weekdays": calendar.has_days(times),
        "months": calendar.has_year(times),
    }
    return Answer(tables={name: calendar.by_rhythm(times, name) for name, able in asked.items() if able})


def _trends(placed: PlacedIncidents) -> Answer:
    """Ask whether there are more or fewer than a year ago, and what the last period's hot spots foretold."""
    timed = placed.timed
    if timed.empty:
        return Answer()
    two = trend.periods(timed["time"])
    if two is None:
        return Answer(facts={"trend": None, "trend_why": NO_YEAR, **_foretold(placed, trend.halves(timed["time"]))})
    now, then = _by_period(placed, two)
    spread = trend.bursts(timed["time"], two)
    total = trend.trend(pd.Series([now.sum()]), pd.Series([then.sum()]), dispersion=spread, share=two.share).iloc[0]
    as_then = years.counted_then(timed, (two.before, two.until), placed.subject.grids, placed.subject.editions)
    facts: dict[str, Any] = {
        "period": [each.isoformat() for each in (two.before, two.until, two.start, two.end)],
        "now": int(now.sum()),
        "before": int(then.sum()),
        **({} if as_then is None else {"rebased_grids": int((as_then.isna() | (as_then != then)).sum())}),
        "change": None if pd.isna(total["change"]) else float(total["change"]),
        "trend_p": float(total["trend_p"]),
        "trend_dispersion": spread.phi,
        "trend": str(total["trend"]),
        **_foretold(placed, two),
    }
    # A few grids say nothing of how grids vary; then the bursts of all stand in for those of each.
    told = trend.trend(now, then, dispersion=spread if len(now) < trend.FEWEST else None, share=two.share)
    return Answer(grids=told if as_then is None else told.assign(before_now=then, before_then=as_then), facts=facts)


def _years(placed: PlacedIncidents) -> Answer:
    """Ask what each year was on the grids then in force: only where some of them were others than those of now."""
    timed, subject = placed.timed, placed.subject
    if timed.empty or all(years.same_ground(each.grids, subject.grids) for each in subject.editions):
        return Answer()
    table = years.years(timed, subject.grids, subject.editions)
    day = timed["time"].dt.normalize()
    known = np.any([each.holds(day) for each in subject.editions], axis=0)
    return Answer(tables={"years": table}, facts={"before_any_edition": int((~known).sum())})


def _by_period(placed: PlacedIncidents, two: trend.Periods) -> tuple[pd.Series[Any], pd.Series[Any]]:
    """Return the counts of each grid in the later and in the earlier period."""
    timed = placed.timed
    now, then = (
        timed["grid_id"][inside].value_counts().reindex(placed.subject.grids.index, fill_value=0)
        for inside in (two.now(timed["time"]), two.then(timed["time"]))
    )
    return now, then


def _foretold(placed: PlacedIncidents, two: trend.Periods | None) -> dict[str, Any]:
    """Say how many of this period's incidents last period's hot spots caught, and its densest tenth of the area."""
    grids = placed.subject.grids
    if two is None or len(grids) < FEWEST_AREAS:
        return {}
    now, then = _by_period(placed, two)
    if then.sum() < LEAST:
        return {}
    base, area = base_of(grids, placed.definition), grids.area
    hot = hotspots.hot_spots(then, base, contiguity(grids), share=placed.definition.hot_share).table["hot"]
    densest = hit_rate.leading(then / area, area)
    return {
        name: {"areas": int(named.sum()), **vars(hit_rate.foresight(named, now, area))}
        for name, named in (("foresight", hot), ("foresight_densest_tenth", densest))
    }


def _hot(placed: PlacedIncidents) -> Answer:
    """Ask where it is hot, on grids and on units."""
    if len(placed.events) < LEAST:
        return Answer()
    facts: dict[str, Any] = {}
    columns = {}
    for key, areas in (("grid_id", placed.subject.grids), ("unit_id", placed.subject.units)):
        if len(areas) < FEWEST_AREAS:
            continue
        counts: pd.Series[Any] = placed.events[key].value_counts().reindex(areas.index, fill_value=0)
        base, near = base_of(areas, placed.definition), contiguity(areas)
        share = placed.definition.hot_share
        found = hotspots.hot_spots(counts, base, near, share=share)
        rate = smoothed(counts, base)
        p = permuted(rate, near)
        moran, gi = local_moran(rate, near, p=p), gi_star(rate, near, p=p)
        columns[key] = found.table[["ratio", "q", "hot"]].add_prefix("hot_").rename(columns={"hot_hot": "hot"})
        columns[key] = columns[key].assign(
            gi_z=gi["z"], gi_q=gi["q"], moran=moran["moran"], moran_quarter=moran["quarter"], moran_q=moran["q"]
        )
        columns[key] = columns[key].join(hotspots.alone(counts, base, share=share).drop(columns="alone_p"))
        kind = f"{key.removesuffix('_id')}s"
        facts |= {
            f"hot_{kind}": int(found.table["hot"].sum()),
            f"detectable_{kind}": _finite(hotspots.visible(found, near, share=share)),
            f"dispersion_{kind}": found.dispersion,
            f"alone_{kind}": int(columns[key]["alone"].sum()),
        }
        if key == "grid_id":
            facts["detectable_alone"] = _finite(hotspots.visible(found, near, share=share, single=True))
    return Answer(columns.get("grid_id"), columns.get("unit_id"), facts=facts)


def _finite(number: float) -> float | None:
    return number if np.isfinite(number) else None


def _again(placed: PlacedIncidents) -> Answer:
    """Ask what comes back: places with repeats, pairs near in space and time, clusters of both."""
    definition, events = placed.definition, placed.events
    if events.empty:
        return Answer()
    if placed.grain_m is not None and placed.grain_m > definition.repeat_m:
        why = Phrase(
            "coordinates are rounded to {grain:.0f} m: what lies within {metres:g} m of what cannot be told",
            grain=placed.grain_m,
            metres=definition.repeat_m,
        )
        return Answer(facts={"repeat_places": None, "repeat_share": None, "repeats_why": why})
    places = repeats.repeats(events, definition.repeat_m, definition.repeat_days)
    extra = int(places["count"].sum() - len(places))
    facts: dict[str, Any] = {"repeat_places": len(places), "repeat_share": extra / len(events)}
    timed = placed.timed
    if len(timed) < LEAST or not calendar.has_days(timed["time"]):  # months alone do not tell what is near in time
        return Answer(tables={"repeats": places}, facts=facts)
    days = definition.repeat_days or NEAR_DAYS
    xy = timed.get_coordinates().to_numpy()
    when = ((timed["time"] - timed["time"].min()).dt.total_seconds() / 86400).to_numpy()
    near = NEAR_TIMES * definition.repeat_m
    facts["knox"] = {"metres": near, "days": days, **vars(repeats.knox(xy, when, near, days))}
    cluster = pd.Series(repeats.clusters(xy, when, near, days), timed.index, name="cluster")
    facts["clusters"] = int(cluster.max()) + 1
    return Answer(points=cluster.to_frame(), tables={"repeats": places}, facts=facts)


def _scanned(placed: PlacedIncidents) -> Answer:
    """Ask whether something is going on now: the space-time scan over weeks (days, where there are few weeks)."""
    timed, grids = placed.timed, placed.subject.grids
    if len(timed) < LEAST or not FEWEST_AREAS <= len(grids) <= SCAN_AREAS or not calendar.has_days(timed["time"]):
        return Answer()
    end = timed["time"].max().normalize() + pd.Timedelta(days=1)
    span = (end - timed["time"].min()).days
    length = 7 if span >= 56 else 1  # noqa: PLR2004 - eight weeks
    back = ((end - timed["time"]).dt.total_seconds() // (86400 * length)).astype(int)
    count = min(int(back.max()) + 1, SCAN_PERIODS)
    recent = back < count
    counts = np.zeros((len(grids), count), dtype=np.int64)
    np.add.at(counts, (grids.index.get_indexer(timed["grid_id"][recent]), count - 1 - back[recent].to_numpy()), 1)
    found = scan(counts, grids.representative_point().get_coordinates().to_numpy())
    ids = grids.index.to_numpy(dtype=object)
    starts = pd.DatetimeIndex([end - pd.Timedelta(days=length * (count - begin)) for begin in range(count + 1)])
    table = found.assign(
        centre=ids[found["centre"].to_numpy(dtype=np.int64)],
        members=[", ".join(ids[each]) for each in found["members"]],
        begin=starts[found["begin"].to_numpy(dtype=np.int64)],
        end=starts[found["end"].to_numpy(dtype=np.int64) + 1],
    )
    sure = table[table["p"] <= trend.SURE]
    shape = Shape(min(SEEN_AREAS, max(len(grids) // 10, 1)), min(SEEN_PERIODS, count))
    facts = {
        "scan_clusters": len(sure),
        "scan_best_p": float(table["p"].min()) if len(table) else None,
        # The least cluster that would be seen: so many grids for so many periods, at so many times what is expected.
        "scan_detectable": {
            "areas": shape.areas,
            "periods": shape.periods,
            "period_days": length,
            "ratio": _finite(least_visible(counts, shape, float(found.attrs["limit"]))),
        },
    }
    return Answer(tables={"scan": table}, facts=facts)


def _dense(placed: PlacedIncidents) -> Answer:
    """Ask how dense they are, where the definition wants it: on a lattice of the plane, or along the streets."""
    events, wanted, crs = placed.events, placed.definition.density, placed.subject.units.crs
    if wanted == "none" or events.empty:
        return Answer()
    if wanted == "streets":
        network = build(placed.subject.extract.table("roads"), "drive")
        pieces = density.on_network(network, snap(network, events.geometry), placed.definition.bandwidth_m, crs)
        pieces = pieces[pieces["per_km"] > 0]
        return Answer(tables={"density": pieces.rename_axis("piece_id")})
    x0, y0, x1, y1 = placed.subject.grids.total_bounds
    x, y = np.meshgrid(np.arange(x0, x1, CELL_M) + CELL_M / 2, np.arange(y0, y1, CELL_M) + CELL_M / 2)
    at = np.column_stack([x.ravel(), y.ravel()])
    per_km2 = density.on_plane(events.get_coordinates().to_numpy(), at, placed.definition.bandwidth_m, cell_m=CELL_M)
    cells = gpd.GeoDataFrame({"per_km2": per_km2}, geometry=gpd.points_from_xy(*at.T), crs=crs)
    return Answer(tables={"density": cells[cells["per_km2"] > 0].rename_axis("cell_id")})


def _closed(placed: PlacedIncidents) -> Answer:
    """Ask whether they were closed: only where the data know a status or a time of closing."""
    if placed.all_events.empty or not {"status", "closed"} & set(placed.all_events.columns):
        return Answer()
    grid = placed.events["grid_id"].reindex(placed.all_events.index)
    tables, facts, per_grid = closed_loop.closed_loop(placed.all_events, grid, placed.definition, placed.subject.now)
    state = closed_loop.states(placed.events, placed.definition)
    return Answer(
        grids=per_grid.reindex(placed.subject.grids.index),
        points=state.to_frame(),
        tables=tables,
        facts={"loop": facts},
    )


QUESTIONS: tuple[Callable[[PlacedIncidents], Answer], ...] = (
    _classes,
    _rhythms,
    _trends,
    _years,
    _hot,
    _again,
    _scanned,
    _dense,
    _closed,
)
"""What is asked about incidents, in this order."""
