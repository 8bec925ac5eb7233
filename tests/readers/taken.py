"""What reads the small files: each reader of gridkit, with the district that it reads for."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import geopandas as gpd
import pandas as pd
from shapely.geometry import box
from worlds import providers

from gridkit.catalog.emergencies import emergencies
from gridkit.catalog.presets import presets
from gridkit.measure.work.layer import standards
from gridkit.sources import (
    ballots,
    districts,
    elevation,
    facilities,
    features,
    form_ledger,
    holdings,
    household_classes,
    incidents,
    labels,
    nets,
    old_grids,
    staff,
    windows,
    zones,
)
from gridkit.sources.coordinates import control_points
from gridkit.sources.osm import extract
from gridkit.sources.people import population, totals
from gridkit.sources.reading import AS_IT_SAYS, Reading
from readers.made import AREAS

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

DISTRICT = districts.read(AREAS)[0]
PARENTS = districts.read(AREAS, parents="name")[0]
METRES = DISTRICT.crs


def as_points(path: Path) -> Any:
    return incidents.read(path, district=DISTRICT)[0]


def as_events(path: Path) -> Any:
    found = as_points(path)
    return found.assign(time=found["time"].astype(str)) if "time" in found else found


def as_people(path: Path) -> Any:
    people: Any = population.read(path, DISTRICT)[0]
    frame = pd.DataFrame(people.values)
    frame.attrs["notes"] = [note for account in people.accounts for note in account.notes]
    return frame


def as_district(path: Path) -> Any:
    return districts.read(path)[0]


def as_extract(path: Path) -> Any:
    return extract.read(path, district=DISTRICT).tables["roads"]


def as_counts(path: Path) -> Any:
    return population.read(f"{path}:people", DISTRICT)[0]


def as_total_of_parts(path: Path) -> Any:
    return population.read(path, DISTRICT)[0]


def as_totals(path: Path) -> Any:
    return totals.read(path, PARENTS, reading=AS_IT_SAYS)


def as_heights(path: Path) -> Any:
    return pd.DataFrame(elevation.read(path, DISTRICT).values)


def as_roads(path: Path) -> Any:
    return features.read(path, "roads", crs=METRES, district=DISTRICT).tables["roads"]


def as_labels(path: Path) -> Any:
    found = labels.read(path)
    # What is no table of labels is read as grids with shapes, and whoever reads it so says why it is none.
    return old_grids.read(path)[0] if found is None else found.to_frame()


def as_buildings(path: Path) -> Any:
    return features.read(path, "buildings", crs=METRES, district=DISTRICT).tables["buildings"]


def as_water(path: Path) -> Any:
    return features.read(path, "water", crs=METRES, district=DISTRICT).tables["water"]


def as_staff(path: Path) -> Any:
    return staff.read(path)[0]


def as_facilities(path: Path) -> Any:
    return facilities.read(path, crs=METRES, district=DISTRICT)[0]


def as_forms(path: Path) -> Any:
    return form_ledger.read(path, standards("cn-social")[1].time)


def as_holding(path: Path) -> Any:
    return holdings.read(path, "civil", {}, crs=METRES, reading=AS_IT_SAYS, district=DISTRICT).rows


UNITS = gpd.GeoDataFrame(
    {"grid_id": ["A", "A", "B"], "parent": ["p", "p", "q"]},
    geometry=[box(120.5 + at / 100, 32.5, 120.51 + at / 100, 32.51) for at in range(3)],
    index=pd.Index(["U1", "U2", "U3"], name="unit_id"), crs=4326,
).to_crs(METRES)  # fmt: skip
PLACES = {"unit": UNITS.geometry, "grid": UNITS.dissolve("grid_id").geometry}


def as_zones(path: Path) -> Any:
    return zones.read(path, emergencies()["epidemic"], PLACES, crs=METRES)[0]


def as_windows(path: Path) -> Any:
    return windows.read(path, UNITS, PLACES)


def as_classes(path: Path) -> Any:
    weights = pd.Series(10.0, index=UNITS.index)
    return household_classes.read(path, presets()["cn-social"].workload, UNITS, weights, {"p": ["映杏社区"]})


def as_ballots(path: Path) -> Any:
    found = ballots.read(path)
    return found.projects.assign(ballots=found.count)


def as_net(path: Path) -> Any:
    return nets.read(path, "police", crs=METRES)[0]


def as_tie(path: Path) -> Any:
    return control_points.read(path, crs=METRES).residuals_m.to_frame("residual")


def as_feature(table: str) -> Callable[[Path], Any]:
    """Return what reads a table of features where the providers' made-up files lie."""
    square = gpd.GeoDataFrame({"name": ["Q"]}, geometry=[providers.SQUARE], crs=4326)
    district = districts.read(square)[0]
    return lambda path: features.read(path, table, crs=district.crs, district=district).tables[table]


def as_metres(path: Path) -> Any:
    return incidents.read(path, district=DISTRICT, reading=Reading(crs="EPSG:4549"))[0]


def as_people_of_areas(path: Path) -> Any:
    return population.read(f"{path}:people", DISTRICT)[0]


def as_houses_of_people(path: Path) -> Any:
    return population.read(path, DISTRICT, counts="households", reading=Reading(suppressed="mean"))[0]


MONTHLY = {"month": ("month",), "amount": ("hours",), "source": ("source",)}
