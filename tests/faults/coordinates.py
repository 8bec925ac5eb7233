"""Faults D: reference systems and coordinates."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from faults.corrupt import _no_prj
from faults.geometry import AREAS
from faults.ground import BY_PEOPLE, LAYER, SPOTS, TIMES, blocks, cases, district, fault, swap

if TYPE_CHECKING:
    from pathlib import Path


@fault(50, "no coordinate system", 4, "--crs.*EPSG:4534", swap(AREAS, a_gpkg="a.shp"))
def _no_crs(at: Path) -> None:
    _no_prj(at)


@fault(51, "metres in GeoJSON that names no system", 4, "--crs; the bounds 556374", swap(AREAS, a_gpkg="a.geojson"))
def _metres(at: Path) -> None:
    text = json.loads(district().to_crs(4549).to_json())
    text.pop("crs", None)
    (at / "a.geojson").write_text(json.dumps(text))


@fault(52, "latitude first", 4, "--swap-xy", LAYER)
def _swapped(at: Path) -> None:
    cases([(y, x) for x, y in SPOTS]).to_csv(at / "cases.csv", index=False)


@fault(53, "points in GCJ-02", 4, "--datum gcj02", LAYER)
def _gcj(at: Path) -> None:
    from gridkit.sources.coordinates import datums

    west, south, east, north = district().total_bounds
    x, y = np.meshgrid(np.linspace(west, east, 14)[1:-1], np.linspace(south, north, 14)[1:-1])
    lon, lat = datums.gcj02_from_wgs84(x.ravel(), y.ravel())
    pd.DataFrame({"id": range(len(lon)), "time": TIMES[0], "lon": lon, "lat": lat}).to_csv(
        at / "cases.csv", index=False
    )


@fault(54, "another coordinate system", 0, r"people +1,600", swap(BY_PEOPLE, district_gpkg="a.gpkg"))
def _other_crs(at: Path) -> None:
    district().to_crs(4549).to_file(at / "a.gpkg")


@fault(
    54,
    "no overlap at all",
    4,
    "nothing in it meets the district",
    (*BY_PEOPLE[:-4], "--people", "far.gpkg:people", "--target", "200"),
)
def _no_overlap(at: Path) -> None:
    blocks().translate(5, 0).to_frame("geometry").assign(people=100).to_file(at / "far.gpkg")


@fault(55, "degrees called metres", 4, "are degrees, not metres", AREAS)
def _wrong_label(at: Path) -> None:
    district().set_crs(32651, allow_override=True).to_file(at / "a.gpkg")


@fault(56, "a datum whose grids are not installed", 0, "to within 15 m", ["inspect", "a.gpkg"])
def _no_grid(at: Path) -> None:
    district().set_crs(4214, allow_override=True).to_file(at / "a.gpkg")
