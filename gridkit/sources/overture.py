"""Overture's nested columns made plain: names, classes, and the rules that hold along parts of a segment.

The schema is that of https://docs.overturemaps.org/schema/ (buildings, transportation, places, divisions); connectors
need no work, since segments hold each of them as a vertex, which is what networks join at.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeVar

import geopandas as gpd
import numpy as np
import pandas as pd
from shapely import ops

from gridkit.sources import nested

if TYPE_CHECKING:
    from collections.abc import Iterator

    from shapely.geometry import LineString

Frame = TypeVar("Frame", bound=pd.DataFrame)

_MARKS = ("connectors", "road_flags", "access_restrictions", "road_surface", "num_floors", "facade_color", "roof_shape",
          "has_parts", "categories", "taxonomy", "division_id", "hierarchies", "perspectives")  # fmt: skip
_RAILS = {"standard_gauge": "rail", "unknown": "rail", "broad_gauge": "rail"}
_RULED = ("road_flags", "rail_flags", "level_rules", "access_restrictions", "speed_limits", "subclass_rules")
_ON_FOOT = {"sidewalk", "crosswalk"}
_HOMES = {"residential"}
_CLOSED, _LAND, _SEA = "permanently_closed", "land", "maritime"
_SHORTEST = 1e-9  # of a segment's length
_MILE_KM = 1.609344
_CATEGORIES = {
    "hospital": "amenity=hospital", "clinic": "amenity=clinic", "medical_center": "amenity=clinic",
    "community_health_center": "amenity=clinic", "public_health_clinic": "amenity=clinic",
    "walk_in_clinic": "amenity=clinic", "urgent_care_clinic": "amenity=clinic", "family_practice": "amenity=doctors",
    "assisted_living_facility": "social_facility=assisted_living", "retirement_home": "social_facility=group_home",
    "nursing_home": "amenity=nursing_home", "skilled_nursing": "amenity=nursing_home",
    "public_toilet": "amenity=toilets", "public_market": "amenity=marketplace",
    "farmers_market": "amenity=marketplace", "kindergarten": "amenity=kindergarten",
    "doctor": "amenity=doctors", "pharmacy": "amenity=pharmacy", "dentist": "amenity=dentist",
    "school": "amenity=school", "elementary_school": "amenity=school", "middle_school": "amenity=school",
    "high_school": "amenity=school", "preschool": "amenity=kindergarten", "day_care_preschool": "amenity=kindergarten",
    "college_university": "amenity=university", "library": "amenity=library", "community_center":
    "amenity=community_centre", "police_department": "amenity=police", "fire_department": "amenity=fire_station",
    "post_office": "amenity=post_office", "town_hall": "amenity=townhall", "bank": "amenity=bank",
    "gas_station": "amenity=fuel", "parking": "amenity=parking", "restaurant": "amenity=restaurant",
    "cafe": "amenity=cafe", "supermarket": "shop=supermarket", "grocery_store": "shop=supermarket",
    "convenience_store": "shop=convenience", "hotel": "tourism=hotel", "park": "leisure=park",
    "bus_station": "amenity=bus_station", "train_station": "railway=station",
}  # fmt: skip


def speaks(frame: pd.DataFrame) -> bool:
    """Return whether a table is of Overture's schema, by its columns."""
    names = set(frame.columns)
    return ("names" in names or "sources" in names) and bool(names.intersection(_MARKS))


def divides(frame: pd.DataFrame) -> bool:
    """Return whether a table is of Overture's divisions: countries, counties, localities, neighbourhoods."""
    return speaks(frame) and bool({"division_id", "hierarchies", "perspectives"}.intersection(frame.columns))


def named(frame: Frame) -> Frame:
    """Return a table with a column of plain names where it has Overture's nested ones; any other as it is.

    Divisions are told by it: ``name`` and ``name_en`` beside ``names``, whose primary name and English one they are.
    """
    if not speaks(frame) or "names" not in frame or "name" in frame:
        return frame
    found = [_names(cell) for cell in _cells(frame, "names")]
    return _with(frame, name=[name for name, _ in found], name_en=[english for _, english in found])


def current(frame: gpd.GeoDataFrame) -> tuple[gpd.GeoDataFrame, int]:
    """Return Overture's rows without the places that closed for good, and how many those are."""
    if not speaks(frame) or "operating_status" not in frame:
        return frame, 0
    closed = (frame["operating_status"] == _CLOSED).to_numpy(dtype=bool)
    return frame.loc[~closed], int(closed.sum())


def placed(frame: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Return Overture's places with plain columns ``name``, ``name_en`` and ``kind``; any other table as it is.

    What closed for good is left out, and counted under ``frame.attrs["lost"]``.
    """
    if not speaks(frame) or not {"categories", "taxonomy", "basic_category"}.intersection(frame.columns):
        return frame
    kept, closed = current(frame)
    made, _ = plain(kept, "places")
    made.attrs = {**frame.attrs, "lost": {**frame.attrs.get("lost", {}), "closed": closed}}
    return made


def on_land(frame: Frame) -> tuple[Frame, int]:
    """Return Overture's areas of divisions on land, and how many are left out that reach out to sea.

    A division by the sea has two areas, ``land`` and ``maritime``, the second with the first in it.
    """
    if not divides(frame) or "class" not in frame or "division_id" not in frame:
        return frame, 0
    lands = frame.loc[frame["class"] == _LAND, "division_id"]
    sea = ((frame["class"] == _SEA) & frame["division_id"].isin(lands)).to_numpy(dtype=bool)
    return frame.loc[~sea], int(sea.sum())


def plain(frame: gpd.GeoDataFrame, table: str) -> tuple[gpd.GeoDataFrame, int]:
    """Return Overture's rows with the columns that any provider has, and how many are of another table.

    Parameters
    ----------
    frame
        Rows as read, in any CRS.
    table
        Which of the feature tables they are for: of segments, ``roads`` takes the roads and ``rails`` the railways.

    Returns
    -------
    GeoDataFrame, int
        ``kind``, ``name``, ``name_en`` and what else the table has. A segment is cut where a rule begins or ends (a
        bridge, a tunnel, a level, a limit), its pieces in order along it.
    """
    kept, other = _of_table(frame, table)
    names = [_names(cell) for cell in _cells(kept, "names")]
    kept = _with(kept, name=[name for name, _ in names], name_en=[english for _, english in names])
    if table in ("roads", "rails"):
        return _segments(kept, table), other
    if table == "buildings":
        return _buildings(kept), other
    if table == "places":
        kinds = [_category(row) for row in _rows(kept, "categories", "taxonomy", "basic_category")]
        divided = [f"place={kind}" if isinstance(kind, str) else None for kind in _cells(kept, "subtype")]
        return _with(kept, kind=[one or two for one, two in zip(kinds, divided, strict=True)]), other
    return _with(kept, kind=[one or two for one, two in _rows(kept, "class", "subtype")]), other


def _with(frame: Frame, **columns: list[Any]) -> Frame:
    """Return rows with further columns, None where nothing is known."""
    made = frame.copy(deep=False)
    for name, cells in columns.items():
        made[name] = pd.Series(cells, index=frame.index, dtype="object")
    return made


def _of_table(frame: gpd.GeoDataFrame, table: str) -> tuple[gpd.GeoDataFrame, int]:
    wanted = {"roads": "road", "rails": "rail"}.get(table)
    if wanted is None or "subtype" not in frame:
        return frame, 0
    mine = (frame["subtype"] == wanted).to_numpy(dtype=bool)
    return frame.loc[mine], int((~mine).sum())


def _cells(frame: pd.DataFrame, name: str) -> list[Any]:
    return [nested.structure(cell) for cell in frame[name]] if name in frame else [None] * len(frame)


def _rows(frame: pd.DataFrame, *names: str) -> Iterator[tuple[Any, ...]]:
    return zip(*(_cells(frame, name) for name in names), strict=True)


def _names(cell: Any) -> tuple[str | None, str | None]:  # noqa: ANN401
    """Return the primary and the English name of ``names``."""
    if not isinstance(cell, dict):
        return (str(cell), None) if isinstance(cell, str) and cell else (None, None)
    common = cell.get("common") or {}
    pairs = common.items() if isinstance(common, dict) else [pair for pair in common if isinstance(pair, list)]
    by_language = {str(pair[0]): pair[1] for pair in pairs if len(pair) == 2}  # noqa: PLR2004 - language and name
    return cell.get("primary"), by_language.get("en")


# ---------------------------------------------------------------- segments


@dataclass(frozen=True)
class _Rule:
    """A rule that holds from one share of a segment's length to another."""

    value: dict[str, Any]
    start: float
    end: float

    def holds(self, start: float, end: float) -> bool:
        """Return whether it holds in the middle of a stretch."""
        return self.start <= (start + end) / 2 <= self.end


def _segments(frame: gpd.GeoDataFrame, table: str) -> gpd.GeoDataFrame:
    lines = np.asarray(frame.geometry, dtype=object)
    rules = [{name: _rules(cell) for name, cell in zip(_RULED, row, strict=True)} for row in _rows(frame, *_RULED)]
    rows, shapes, made = [], [], []
    for at, (line, ruled) in enumerate(zip(lines, rules, strict=True)):
        for start, end, piece in _pieces(line, ruled):
            rows.append(at)
            shapes.append(piece)
            made.append(
                {name: [rule.value for rule in found if rule.holds(start, end)] for name, found in ruled.items()}
            )
    pieces = frame.iloc[rows].copy()
    classes = [cell if isinstance(cell, str) else "" for cell in _cells(pieces, "class")]
    subclasses = [cell if isinstance(cell, str) else "" for cell in _cells(pieces, "subclass")]
    columns = [
        _road(*each) if table == "roads" else _rail(each[0], each[2])
        for each in zip(classes, subclasses, made, strict=True)
    ]
    plain_columns = pd.DataFrame(columns, index=pieces.index)
    rest = pieces.drop(columns=[name for name in (*plain_columns, "class", "connectors", *_RULED) if name in pieces])
    together = pd.concat([rest.drop(columns=rest.geometry.name), plain_columns], axis=1)
    return gpd.GeoDataFrame(together, geometry=np.array(shapes, dtype=object), crs=frame.crs)


def _rules(cell: Any) -> list[_Rule]:  # noqa: ANN401
    found = []
    for rule in cell if isinstance(cell, list) else ():
        if isinstance(rule, dict):
            between = rule.get("between")
            start, end = between if isinstance(between, list) else (0.0, 1.0)
            found.append(_Rule(rule, float(start if start is not None else 0), float(end if end is not None else 1)))
        elif isinstance(rule, str):  # older releases: a flag alone
            found.append(_Rule({"values": [rule]}, 0.0, 1.0))
    return found


def _pieces(line: LineString, ruled: dict[str, list[_Rule]]) -> Iterator[tuple[float, float, LineString]]:
    """Yield the pieces of a line between the shares of its length at which rules begin and end."""
    ends = {end for rules in ruled.values() for rule in rules for end in (rule.start, rule.end)}
    cuts = sorted(end for end in ends if _SHORTEST < end < 1 - _SHORTEST)
    if not cuts or line.geom_type != "LineString":
        yield 0.0, 1.0, line
        return
    for start, end in zip([0.0, *cuts], [*cuts, 1.0], strict=True):
        piece = ops.substring(line, start, end, normalized=True)
        if piece.geom_type == "LineString":
            yield start, end, piece


def _road(kind: str, subclass: str, rules: dict[str, list[dict[str, Any]]]) -> dict[str, object]:
    flags = {flag for rule in rules["road_flags"] for flag in rule.get("values") or ()}
    parts = {rule.get("value") for rule in rules["subclass_rules"]} | {subclass}
    denied = [rule.get("when") or {} for rule in rules["access_restrictions"] if rule.get("access_type") == "denied"]
    headings = {when.get("heading") for when in denied if not _particular(when)}
    if parts & _ON_FOOT:
        kind = "footway"
    link = ("is_link" in flags or "link" in parts) and kind in (
        "motorway", "trunk", "primary", "secondary", "tertiary",
    )  # fmt: skip
    return {
        "kind": None if kind in ("", "unknown") else f"{kind}_link" if link else kind,
        "oneway": -1 if "forward" in headings else 1 if "backward" in headings else 0,
        "bridge": "yes" if "is_bridge" in flags else "no",
        "tunnel": "yes" if "is_tunnel" in flags else "no",
        "layer": _level(rules["level_rules"], flags),
        "access": "no" if any(not _particular(when) and not when.get("heading") for when in denied) else None,
        "foot": "no" if any("foot" in (when.get("mode") or ()) for when in denied) else None,
        "maxspeed": max((_kmh(rule.get("max_speed")) for rule in rules["speed_limits"]), default=np.nan),
    }


def _particular(when: dict[str, Any]) -> bool:
    """Return whether a restriction is for some only: at some time, by some means, for some vehicles."""
    return any(when.get(name) for name in ("during", "using", "recognized", "mode", "vehicle"))


def _rail(kind: str, rules: dict[str, list[dict[str, Any]]]) -> dict[str, object]:
    flags = {flag for rule in rules["rail_flags"] for flag in rule.get("values") or ()}
    return {
        "kind": _RAILS.get(kind, kind),
        "bridge": "yes" if "is_bridge" in flags else "no",
        "tunnel": "yes" if "is_tunnel" in flags else "no",
    }


def _level(rules: list[dict[str, Any]], flags: set[str]) -> float:
    said = [float(rule["value"]) for rule in rules if rule.get("value") is not None]
    return said[0] if said else 1.0 if "is_bridge" in flags else -1.0 if "is_tunnel" in flags else 0.0


def _kmh(speed: Any) -> float:  # noqa: ANN401
    if not isinstance(speed, dict) or speed.get("value") is None:
        return float("nan")
    return float(speed["value"]) * (_MILE_KM if speed.get("unit") == "mph" else 1.0)


# ---------------------------------------------------------------- buildings and places


def _buildings(frame: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Return buildings with their kind and storeys; people may live where the use is a home, or nothing is said."""
    kinds = [(one or two, two) for one, two in _rows(frame, "class", "subtype")]
    homes = ["yes" if use is None or use in _HOMES else "no" for _, use in kinds]
    return _with(frame, kind=[kind for kind, _ in kinds], residential=homes)


def _category(row: tuple[Any, ...]) -> str | None:
    """Return a place's category, else the nearest above it that has one, as the tag OpenStreetMap has for it."""
    categories, taxonomy, basic = row
    chain = [basic]
    for said in (categories, taxonomy):
        if isinstance(said, dict):
            above = [each for each in said.get("hierarchy") or () if each != said.get("primary")]
            chain = [said.get("primary"), *reversed(above), *chain]
    words = [each for each in chain if isinstance(each, str)]
    return next((_CATEGORIES[each] for each in words if each in _CATEGORIES), f"place={words[0]}" if words else None)
