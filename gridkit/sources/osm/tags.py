"""What OpenStreetMap's tags mean here: which table a thing belongs to, its kind, and the columns its tags fill."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    Tags = Mapping[str, str]
    Kind = Callable[[Tags], str | None]
    Fill = str | Callable[[Tags], object]

ROADS = (
    "motorway", "motorway_link", "trunk", "trunk_link", "primary", "primary_link", "secondary", "secondary_link",
    "tertiary", "tertiary_link", "unclassified", "residential", "living_street", "service", "road", "busway",
    "pedestrian", "track", "footway", "path", "cycleway", "bridleway", "steps", "corridor",
)  # fmt: skip
_NO_ROADS = frozenset({
    "proposed", "planned", "construction", "abandoned", "disused", "razed", "demolished", "no", "platform", "crossing",
    "elevator", "escape", "emergency_bay", "rest_area", "services", "raceway", "bus_guideway", "via_ferrata", "ladder",
    "bus_stop", "traffic_signals", "traffic_island", "trailhead", "toll_gantry", "turning_circle", "turning_loop",
    "street_lamp", "passing_place", "motorway_junction", "give_way", "stop",
})  # fmt: skip
"""What ``highway`` says, by OpenStreetMap's own list, of what is no street to walk or drive on."""
RAILS = ("rail", "light_rail", "subway", "tram", "narrow_gauge", "monorail", "funicular", "preserved")
WATERWAYS = ("river", "canal", "stream", "tidal_channel", "drain", "ditch")
_WET_USES = frozenset({"reservoir", "basin", "salt_pond", "aquaculture"})
WALLS = ("wall", "city_wall", "retaining_wall", "fence", "hedge", "guard_rail")
GREEN = {
    "leisure": ("park", "garden", "nature_reserve", "golf_course", "playground", "pitch", "common", "dog_park"),
    "landuse": (
        "grass", "forest", "meadow", "farmland", "orchard", "vineyard", "allotments", "village_green",
        "recreation_ground", "cemetery", "greenery", "plant_nursery", "flowerbed",
    ),
    "natural": ("wood", "scrub", "grassland", "heath", "wetland", "beach", "sand", "fell", "bare_rock"),
}  # fmt: skip
COMPOUNDS = {
    "landuse": (
        "residential", "commercial", "retail", "industrial", "education", "institutional", "military", "religious",
        "railway", "depot", "garages", "construction", "port", "quarry", "landfill", "brownfield", "greenfield",
    ),
    "aeroway": ("aerodrome",),
    "amenity": (
        "school", "kindergarten", "college", "university", "hospital", "clinic", "prison", "social_facility", "parking",
        "monastery", "marketplace", "bus_station", "fuel",
    ),
}  # fmt: skip
RESIDENTIAL = frozenset({
    "residential", "apartments", "house", "detached", "semidetached_house", "terrace", "dormitory", "bungalow", "farm",
    "houseboat", "static_caravan", "cabin", "annexe", "semi", "villa", "block_of_flats",
})  # fmt: skip
MIXED = frozenset({"yes", "mixed", "mixed_use", "building"})
PLACES = (
    "amenity", "shop", "healthcare", "office", "public_transport", "emergency", "social_facility", "tourism", "leisure",
    "craft", "railway", "place", "government", "historic",
)  # fmt: skip
_NO_PLACE = {
    "amenity": (
        "bench", "waste_basket", "bicycle_parking", "parking_space", "vending_machine", "hunting_stand", "clock",
    ),
    "leisure": ("garden", "swimming_pool", "picnic_table", "outdoor_seating"),
    "railway": (
        "abandoned", "buffer_stop", "crossing", "derail", "disused", "level_crossing", "milestone", "platform",
        "proposed", "razed", "rail", "railway_crossing", "signal", "signal_box", "switch", "tram_crossing",
        "construction", *RAILS,
    ),
    "place": ("country", "state", "region", "province", "county", "ocean", "sea", "archipelago", "continent"),
}  # fmt: skip
_UNUSABLE = frozenset({"no", "proposed", "construction", "abandoned", "razed", "demolished", "disused", "ruins"})
_JSON = json.JSONEncoder(ensure_ascii=False, sort_keys=True)
GATES = frozenset(
    {"gate", "lift_gate", "swing_gate", "sliding_gate", "entrance", "wicket_gate", "turnstile", "kissing_gate"}
)
STAIRS = frozenset({"staircase", "yes", "main", "home"})
"""Values of ``entrance`` that lead to the flats of one stair unit."""

NODE_KEYS = (*PLACES, "entrance", "barrier", "highway")
_ROADS, _RAILS, _WATERWAYS, _WALLS = (frozenset(names) for names in (ROADS, RAILS, WATERWAYS, WALLS))
_GREEN = {key: frozenset(values) for key, values in GREEN.items()}
_COMPOUNDS = {key: frozenset(values) for key, values in COMPOUNDS.items()}
_PLACELESS = {key: frozenset(values) for key, values in _NO_PLACE.items()}


# ---------------------------------------------------------------- kinds


def road(tags: Tags) -> str | None:
    """Return the class of a road, or ``ferry``; squares drawn as areas are none, since their edges are not streets."""
    kind = tags.get("highway")
    if kind is None and tags.get("route") == "ferry":
        return "ferry"
    return kind if kind in _ROADS and tags.get("area") != "yes" else None


def unknown_road(tags: Tags) -> str | None:
    """Return what ``highway`` says where it is in no list: a misspelt class, or a new one."""
    kind = tags.get("highway")
    return None if kind in _ROADS or kind in _NO_ROADS or tags.get("area") == "yes" else kind


def rail(tags: Tags) -> str | None:
    """Return the kind of a railway in use."""
    kind = tags.get("railway")
    return kind if kind in _RAILS else None


def waterway(tags: Tags) -> str | None:
    """Return the kind of a water line; a coast counts as one, since the sea is on one side of it."""
    kind = tags.get("waterway")
    if kind in _WATERWAYS:
        return kind
    return "coastline" if tags.get("natural") == "coastline" else None


def wall(tags: Tags) -> str | None:
    """Return the kind of a wall or fence."""
    kind = tags.get("barrier")
    if kind in _WALLS:
        return kind
    return "city_wall" if tags.get("historic") == "citywalls" else None


def water(tags: Tags) -> str | None:
    """Return the kind of a water area."""
    if tags.get("natural") == "water":
        return tags.get("water", "water")
    if tags.get("waterway") in ("riverbank", "dock"):
        return "river" if tags["waterway"] == "riverbank" else "dock"
    return tags["landuse"] if tags.get("landuse") in _WET_USES else None


def green(tags: Tags) -> str | None:
    """Return the kind of a park, wood or field."""
    return next((tags[key] for key, kinds in _GREEN.items() if tags.get(key) in kinds), None)


def compound(tags: Tags) -> str | None:
    """Return the kind of a compound: an area that one body runs. A school in one building is a building."""
    if "building" in tags and tags["building"] != "no":
        return None
    return next((tags[key] for key, kinds in _COMPOUNDS.items() if tags.get(key) in kinds), None)


def building(tags: Tags) -> str | None:
    """Return the value of ``building``, unless it is not there (yet, or any more)."""
    kind = tags.get("building")
    return kind if kind is not None and kind not in _UNUSABLE else None


def place(tags: Tags) -> str | None:
    """Return the tag that makes something a place, ``key=value``: the first of the keys in their order of weight."""
    for key in PLACES:
        value = tags.get(key)
        if value is not None and value not in _UNUSABLE and value not in _PLACELESS.get(key, ()):
            return f"{key}={value}"
    return "highway=bus_stop" if tags.get("highway") == "bus_stop" else None


def entrance(tags: Tags) -> str | None:
    """Return the kind of a way in: the value of ``entrance``, or the kind of gate."""
    if "entrance" in tags:
        return tags["entrance"] if tags["entrance"] != "no" else None
    return tags["barrier"] if tags.get("barrier") in GATES else None


LINES: dict[str, Kind] = {"roads": road, "rails": rail, "waterways": waterway, "walls": wall}
AREAS: dict[str, Kind] = {"water": water, "green": green, "compounds": compound, "buildings": building}
AREA_KEYS = ("building", "natural", "landuse", "leisure", "amenity", "waterway", "aeroway")


# ---------------------------------------------------------------- columns


def number(text: str | None) -> float | None:
    """Return the largest number in a value such as ``5``, ``4;6`` or ``3-4``, or None.

    Examples
    --------
    >>> number("5"), number("4;6"), number("3-4"), number("ground")
    (5.0, 6.0, 4.0, None)
    """
    if text is None:
        return None
    found = _NUMBER.findall(text.replace(",", "."))
    return max(float(each) for each in found) if found else None


def metres(text: str | None) -> float | None:
    """Return a length in metres: ``12``, ``12 m``, ``40 ft`` or ``40'``, or None.

    Examples
    --------
    >>> metres("12 m"), metres("40'"), metres("tall")
    (12.0, 12.192, None)
    """
    value = number(text)
    feet = value is not None and text is not None and ("ft" in text or "'" in text)
    return value * _FOOT_M if feet and value is not None else value


def kmh(text: str | None) -> float | None:
    """Return a speed in km/h: ``50``, ``30 mph``, ``walk``, or None where only a zone is named (``CN:urban``).

    Examples
    --------
    >>> kmh("50"), round(kmh("30 mph")), kmh("walk"), kmh("CN:urban")
    (50.0, 48, 6.0, None)
    """
    if text is None:
        return None
    if text == "walk":
        return 6.0
    value = number(text)
    return value * _MILE_KM if value is not None and "mph" in text else value


def oneway(tags: Tags) -> bool:
    """Return whether traffic runs one way, said or implied (motorways and roundabouts)."""
    said = tags.get("oneway")
    if said is None:
        return tags.get("junction") in ("roundabout", "circular") or tags.get("highway") == "motorway"
    return said in ("yes", "true", "1", "-1", "reverse")


def backward(tags: Tags) -> bool:
    """Return whether traffic runs against the direction the way was drawn in."""
    return tags.get("oneway") in ("-1", "reverse")


def layer(tags: Tags) -> float:
    """Return the level above or below ground: as tagged, else 1 for a bridge and -1 for a tunnel."""
    said = tags.get("layer")
    if said is not None:
        try:
            return float(said)
        except ValueError:
            pass
    return 1.0 if carried(tags) else -1.0 if buried(tags) else 0.0


def carried(tags: Tags) -> bool:
    """Return whether something is carried over what it crosses."""
    return tags.get("bridge", "no") != "no"


def buried(tags: Tags) -> bool:
    """Return whether something runs below ground; a passage through a building does not, nor does a culvert's road."""
    said = tags.get("tunnel", "no")
    return said not in ("no", "building_passage", "covered", "arcade") or tags.get("location") == "underground"


def lived_in(tags: Tags) -> bool:
    """Return whether people may live in a building, by its tags: a home by name, or one whose use nothing says."""
    kind = tags["building"]
    if kind in RESIDENTIAL or tags.get("building:use") == "residential":
        return True
    return kind in MIXED and not any(
        key in tags for key in ("amenity", "office", "industrial", "healthcare", "man_made")
    )


def english(tags: Tags) -> str | None:
    """Return the English name."""
    return tags.get("name:en") or tags.get("int_name")


_NAMED: dict[str, Fill] = {"name": "name", "name_en": english}
COLUMNS: dict[str, dict[str, Fill]] = {
    "roads": {
        **_NAMED,
        "oneway": oneway,
        "layer": layer,
        "bridge": carried,
        "tunnel": buried,
        "junction": "junction",
        "access": "access",
        "foot": "foot",
        "bicycle": "bicycle",
        "maxspeed": lambda tags: kmh(tags.get("maxspeed")),
    },
    "rails": {**_NAMED, "bridge": carried, "tunnel": buried, "service": "service"},
    "waterways": {**_NAMED, "tunnel": buried},
    "walls": {},
    "water": _NAMED,
    "green": _NAMED,
    "compounds": _NAMED,
    "buildings": {
        **_NAMED,
        "levels": lambda tags: number(tags.get("building:levels")),
        "height": lambda tags: metres(tags.get("height") or tags.get("building:height")),
        "flats": lambda tags: number(tags.get("building:flats")),
        "number": "addr:housenumber",
        "street": "addr:street",
        "residential": lived_in,
    },
    "places": {
        **_NAMED,
        "tags": lambda tags: _JSON.encode(dict(tags)),
        "capacity": lambda tags: number(tags.get("capacity") or tags.get("beds")),
    },
    "entrances": _NAMED,
}
"""What fills each column of :data:`gridkit.tables.FEATURE_TABLES`, ``kind`` aside: one tag, or a function of all."""

_NUMBER = re.compile(r"\d+(?:\.\d+)?")
_FOOT_M = 0.3048
_MILE_KM = 1.609344
