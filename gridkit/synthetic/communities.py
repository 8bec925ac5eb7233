"""The district and its five communities, bounded by the river, the main streets and the railway as real ones are."""

from __future__ import annotations

from typing import TYPE_CHECKING

import geopandas as gpd
import shapely
from shapely.geometry import LineString, Point, Polygon
from shapely.ops import split

from gridkit.synthetic import frame, names, shapes, skeleton

if TYPE_CHECKING:
    from gridkit.synthetic.names import Stems
    from gridkit.synthetic.skeleton import Skeleton

DISTRICT = names.Name("Q区", "Q District")
COUNTY = "329901"
STREET_CODE = "001"
"""Six digits that GB/T 2260 gives to nobody, and the one street office."""


def parts(bones: Skeleton) -> list[Polygon]:
    """Return the five communities on the sheet: north-west, north-east, east, west and south."""
    beyond = side(bones.river, Point(2600.0, 2500.0))
    west = side(bones.street("axis").middle, Point(-300.0, 1000.0))
    north = side(bones.street("middle").middle, Point(1000.0, 2500.0))
    above = side(bones.street("lower").middle, Point(1000.0, 2500.0))
    sorted_faces: list[list[Polygon]] = [[], [], [], [], []]
    for face in bones.faces():
        at = face.representative_point()
        if beyond.contains(at):
            number = 0 if west.contains(at) else 1 if north.contains(at) else 2
        else:
            number = 3 if above.contains(at) else 4
        sorted_faces[number].append(face)
    return [shapes.largest(shapely.union_all(faces)) for faces in sorted_faces]


def side(line: LineString, at: Point) -> Polygon:
    """Return the side of a line on the sheet where a point lies."""
    return next(part for part in shapes.polygons(split(skeleton.SHEET, line)) if part.contains(at))


def tables(bones: Skeleton, stems: Stems) -> tuple[gpd.GeoDataFrame, gpd.GeoDataFrame]:
    """Return the district and its communities in `frame.CRS`; codes are text."""
    pieces = parts(bones)
    named = [stems.draw() + names.COMMUNITY for _ in pieces]
    communities = gpd.GeoDataFrame(
        {
            "code": [f"{COUNTY}{STREET_CODE}{number:03d}" for number in range(1, len(pieces) + 1)],
            "name": [name.zh for name in named],
            "name_en": [name.en for name in named],
        },
        geometry=frame.place(pieces),
        crs=frame.CRS,
    )
    whole = frame.place([shapes.largest(shapely.union_all(pieces))])
    district = gpd.GeoDataFrame(
        {"code": [COUNTY], "name": [DISTRICT.zh], "name_en": [DISTRICT.en]}, geometry=whole, crs=frame.CRS
    )
    return district, communities
