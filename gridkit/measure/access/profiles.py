"""The ways to get about: which streets each one uses, how fast, and which of their tags speak."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from gridkit.errors import UsageError, nearest
from gridkit.language.phrases import series
from gridkit.tables import TEXT, flagged

if TYPE_CHECKING:
    from collections.abc import Mapping

    import geopandas as gpd
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

METRES_PER_MINUTE = 1000.0 / 60.0
"""Metres in a minute at 1 km/h."""
WELCOME = frozenset({"yes", "designated", "permissive", "official", "destination"})
"""Values of an access tag that let one pass."""
CLOSED = frozenset({"no", "private", "military", "customers", "delivery", "agricultural", "forestry"})


@dataclass(frozen=True)
class Profile:
    """How one moves: which streets, how fast, which of their tags speak.

    Attributes
    ----------
    speeds
        km/h by OSM highway class; a class that is not listed is not used, unless ``mode`` welcomes it.
    other
        km/h on a class that only the mode's own tag opens.
    off
        km/h between a point and its street.
    mode
        The column whose value overrules ``access``: ``foot``, ``bicycle``; none for cars.
    directed
        One-way streets bind.
    posted
        The share of the posted ``maxspeed`` that is driven, where it is known; 0 where it plays no part.
    """

    speeds: Mapping[str, float]
    other: float
    off: float
    mode: str = ""
    directed: bool = False
    posted: float = 0.0


def _classes(text: str, speed: float) -> dict[str, float]:
    return dict.fromkeys(text.split(), speed)


PROFILES: dict[str, Profile] = {
    # 4.5 km/h (1.25 m/s) is what 85 in 100 of the younger exceed where they cross a street, and the old do not reach:
    # Knoblauch, Pietrucha & Nitzburg (1996), Transportation Research Record 1538, 27-38. It makes the 5, 10 and 15
    # minutes of GB 50180 some 375, 750 and 1,125 m along the streets. Up and down steps, 2 km/h along the flat:
    # Fruin (1971), Pedestrian Planning and Design.
    "walk": Profile(
        _classes(
            "trunk primary secondary tertiary residential living_street unclassified service road pedestrian footway "
            "path track trunk_link primary_link secondary_link tertiary_link crossing corridor bridleway platform",
            4.5,
        )
        | {"steps": 2.0},
        other=4.5,
        off=4.5,
        mode="foot",
    ),
    "cycle": Profile(
        _classes(
            "trunk primary secondary tertiary residential unclassified road trunk_link primary_link secondary_link "
            "tertiary_link cycleway",
            15.0,
        )
        | _classes("living_street service path track", 10.0)
        | {"pedestrian": 6.0},
        other=10.0,
        off=4.5,
        mode="bicycle",
        directed=True,
    ),
    "drive": Profile(
        {"motorway": 80.0, "trunk": 50.0, "primary": 35.0, "secondary": 30.0, "tertiary": 28.0, "unclassified": 25.0}
        | {
            "motorway_link": 45.0,
            "trunk_link": 35.0,
            "primary_link": 30.0,
            "secondary_link": 28.0,
            "tertiary_link": 25.0,
        }
        | {"residential": 20.0, "living_street": 10.0, "service": 12.0, "road": 20.0},
        other=20.0,
        off=4.5,
        directed=True,
        posted=0.6,
    ),
}
"""The ways to get about; the speeds of bicycles and cars, and the share of the posted one that is driven, are
assumptions of this project, stated here and nowhere else. A road takes ``metres / (km/h * 1000 / 60)`` minutes."""


NEVER = frozenset({"construction", "proposed", "raceway", "abandoned", "razed", "planned", "elevator", "ferry"})
"""Classes of road that nobody goes along by himself."""


def known(profile: str | Profile) -> Profile:
    """Return a profile by its name, or the one that is given; raise :class:`UsageError` when the name is not known."""
    if isinstance(profile, Profile):
        return profile
    if profile not in PROFILES:
        raise UsageError(
            "there is no way of getting about called {name!r}",
            mend="there are: {all}",
            name=profile,
            near=nearest(profile, PROFILES),
            all=series(PROFILES),
        )
    return PROFILES[profile]


def _text(roads: gpd.GeoDataFrame, column: str) -> pd.Series[str]:
    if column not in roads:
        return pd.Series("", index=roads.index)
    return roads[column].fillna("").astype(TEXT).str.casefold()


def speeds(roads: gpd.GeoDataFrame, how: Profile) -> Floats:
    """Return km/h on each road, 0 where one may not go: the mode's own tag overrules ``access``, and both the class."""
    kind, access, own = _text(roads, "kind"), _text(roads, "access"), _text(roads, how.mode or "-")
    speed = kind.map(how.speeds).fillna(0.0).to_numpy(dtype=float)
    never = kind.isin(NEVER).to_numpy()
    welcome, unwelcome = own.isin(WELCOME).to_numpy(), own.isin(CLOSED).to_numpy()
    speed = np.where(welcome & (speed == 0), how.other, speed)
    speed = np.where(unwelcome | never | (access.isin(CLOSED).to_numpy() & ~welcome), 0.0, speed)
    if how.posted and "maxspeed" in roads:
        posted = pd.to_numeric(roads["maxspeed"], errors="coerce").to_numpy(dtype=float) * how.posted
        speed = np.where((speed > 0) & (posted > 0), posted, speed)
    return np.asarray(speed, dtype=float)


def one_way(roads: gpd.GeoDataFrame, how: Profile) -> NDArray[np.bool_]:
    """Return whether each road may only be taken from its first point to its last."""
    bound = flagged(roads["oneway"]).to_numpy() if "oneway" in roads else np.zeros(len(roads), bool)
    if how.mode == "bicycle":  # pushed along the pavement, a bicycle gets through a short one-way street on foot
        return bound & _text(roads, "kind").isin({"trunk", "primary", "secondary"}).to_numpy()
    return bound | _text(roads, "junction").isin({"roundabout", "circular"}).to_numpy()
