"""Classes of roads as mapping agencies write them, put into OpenStreetMap's; what is in no vocabulary is said."""

from __future__ import annotations

import re

import pandas as pd

from gridkit.sources import nested
from gridkit.sources.tables import cells, names

COLUMNS = ("road_classification", "roadclassification", "road_function", "class_desc")
"""Further names that the column of classes goes by."""

GROUND = ("pos_sol", "position_par_rapport_au_sol", "position_sol")
"""Columns of the level above the ground in the BD TOPO of IGN: above 0 on a bridge, below it in a tunnel."""

UNKNOWN = "road"
"""What OpenStreetMap calls a road of which the class is not known."""

_LINKED = frozenset({"motorway", "trunk", "primary", "secondary", "tertiary"})
_OSM = frozenset({
    "motorway", "trunk", "primary", "secondary", "tertiary", "unclassified", "residential", "living_street", "service",
    "pedestrian", "footway", "path", "track", "steps", "cycleway", "bridleway", "corridor", "crossing", "platform",
    "busway", "bus_guideway", "construction", "proposed", "raceway", "road", "rest_area", "services", "elevator",
    "escape", "ferry", "emergency_bay", "abandoned", "razed", "planned", "disused", "via_ferrata",
}) | {f"{kind}_link" for kind in _LINKED}  # fmt: skip
_NO_ROAD = frozenset({
    "river", "stream", "canal", "ditch", "drain", "water", "riverbank", "coastline", "rail", "railway", "light_rail",
    "tram", "subway", "monorail", "narrow_gauge", "wall", "fence", "building",
})  # fmt: skip
"""Lines that are certainly no roads: they keep their own word, which nobody walks on."""
_CHINESE = {
    "高速公路": "motorway", "高速": "motorway", "快速路": "trunk", "国道": "trunk", "主干路": "primary",
    "主干道": "primary", "省道": "primary", "次干路": "secondary", "次干道": "secondary", "县道": "secondary",
    "支路": "tertiary", "乡道": "tertiary", "街巷": "residential", "小区路": "service", "内部路": "service",
    "村道": "unclassified", "人行道": "footway", "步行街": "pedestrian", "自行车道": "cycleway",
}  # fmt: skip
"""Chinese road classes (GB 50220, GB/T 920)."""
_CENSUS = {
    "s1100": "motorway", "s1200": "secondary", "s1400": "residential", "s1500": "track", "s1630": "motorway_link",
    "s1640": "service", "s1710": "footway", "s1720": "steps", "s1730": "service", "s1740": "service",
    "s1750": "service", "s1780": "service", "s1810": "track", "s1820": "cycleway", "s1830": "bridleway",
}  # fmt: skip
"""The US Census' feature class codes (MAF/TIGER)."""
_ORDNANCE_SURVEY = {
    "a road": "primary", "b road": "secondary", "classified unnumbered": "tertiary", "minor road": "tertiary",
    "not classified": "service", "local street": "residential", "local road": "residential",
    "local access road": "residential", "restricted local access road": "service", "secondary access road": "service",
    "private road - publicly accessible": "service", "private road - restricted access": "service",
    "alley": "footway", "pedestrianised street": "pedestrian",
}  # fmt: skip
"""Classification and function of roads in OS Open Roads, and in OS VectorMap."""
_IGN = {
    "type autoroutier": "motorway", "autoroute": "motorway", "quasi-autoroute": "motorway",
    "route empierrée": "track", "chemin": "track", "sentier": "path", "escalier": "steps",
    "piste cyclable": "cycleway", "bac ou liaison maritime": "ferry", "bac auto": "ferry", "bac piéton": "ferry",
    "route à 1 chaussée": "unclassified", "route à 2 chaussées": "unclassified", "rond-point": "unclassified",
    "bretelle": "unclassified",
}  # fmt: skip
"""Nature of road sections in the BD TOPO of IGN."""
_BY_IMPORTANCE = frozenset({"route à 1 chaussée", "route à 2 chaussées", "rond-point", "bretelle"})
_IMPORTANCE = {
    "1": "trunk", "2": "primary", "3": "secondary", "4": "tertiary", "5": "residential", "6": "service"
}  # fmt: skip
"""Importance in BD TOPO: 1 joins large cities, 5 serves houses, 6 is no way for most cars."""
_VOCABULARY = _CHINESE | _CENSUS | _ORDNANCE_SURVEY | _IGN
_FORMS = {"guided busway": "busway", "layby": "service", "track": "track"}
_SLIP = frozenset({"slip road", "bretelle"})
_ROUNDABOUT = frozenset({"roundabout", "rond-point"})
_TRUE = frozenset({"true", "1", "t", "yes", "y"})
_GRADE = re.compile(r"(track)_grade\d")


def read(frame: pd.DataFrame, column: str) -> tuple[list[str | None], list[str]]:
    """Return OpenStreetMap's class of each road, None where it has none, and the classes that are in no vocabulary.

    What other columns say of a road's class counts: its form (a slip road), its importance, and whether it is a trunk
    road. A class in no vocabulary is :data:`UNKNOWN`.

    Parameters
    ----------
    frame
        Roads in the columns of whoever drew them.
    column
        The one of their classes.

    Examples
    --------
    >>> import pandas as pd
    >>> roads = pd.DataFrame({"class": ["A Road", "A Road", "Gasse"], "formOfWay": ["Slip Road", "", ""]})
    >>> read(roads, "class")
    (['primary_link', 'primary', 'road'], ['Gasse'])
    """
    beside = {
        role: names.column_for(frame, called)
        for role, called in (("form", "form_of_way"), ("importance", "importance"), ("trunk", "trunk_road"))
    }
    texts = {role: _texts(frame[name]) for role, name in beside.items() if name is not None and name != column}
    nothing = [""] * len(frame)
    rows = zip(_texts(frame[column]), *(texts.get(role, nothing) for role in beside), strict=True)
    known: dict[tuple[str, ...], str | None] = {}
    strange: list[str] = []
    kinds: list[str | None] = []
    for row in rows:
        if row not in known:
            known[row] = _class(*row)
        kinds.append(UNKNOWN if known[row] == "" else known[row])
        strange += [row[0]] if known[row] == "" else []
    return kinds, strange


def roundabouts(frame: pd.DataFrame) -> pd.Series | None:
    """Return which roads go round, by the column of their form or nature; None where no such column is there."""
    name = names.column_for(frame, ("form_of_way", "nature"))
    if name is None:
        return None
    return frame[name].map(lambda cell: "roundabout" if str(cell).strip().casefold() in _ROUNDABOUT else None)


def off_ground(frame: pd.DataFrame) -> pd.Series | None:
    """Return the level of each road above the ground, 0 where none is said; None where no such column is there.

    A ford (gué ou radier) lies on the ground.
    """
    name = names.column_for(frame, GROUND)
    return None if name is None else pd.to_numeric(frame[name], errors="coerce").fillna(0.0)


def _class(said: str, form: str, importance: str, trunk: str) -> str | None:
    """Return the class, None where none is said, "" for what is in no vocabulary."""
    if not said or said.casefold() in {"unknown", "nc"}:
        return None
    word, form = said.casefold(), form.casefold()
    if word in _NO_ROAD:
        return word
    kind = _GRADE.sub(r"\1", word) if word in _OSM or _GRADE.fullmatch(word) else _VOCABULARY.get(word, "")
    if word in _BY_IMPORTANCE:
        kind = _IMPORTANCE.get(importance.removesuffix(".0"), kind)
    if word == "a road" and trunk.casefold() in _TRUE:
        kind = "trunk"
    kind = _FORMS.get(form, kind) if kind else kind
    return f"{kind}_link" if kind in _LINKED and (word in _SLIP or form in _SLIP) else kind


def _texts(values: pd.Series) -> list[str]:
    told: dict[object, str] = {}
    made = []
    for cell in values:
        key = cell if isinstance(cell, str | int | float) else repr(cell)
        if key not in told:
            found = nested.values(cell)  # osmnx writes several classes as a list: the first is its main one
            text = cells.plain(str(found[0])).strip() if found else ""
            told[key] = "" if cells.blank(text) else text
        made.append(told[key])
    return made
