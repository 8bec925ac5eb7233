"""Made-up street scenes in metres, for the tests of units and the figure in docs/."""

from __future__ import annotations

from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from pyproj import CRS
from shapely.geometry import LineString, Point, Polygon, box

from gridkit.tables import FEATURE_TABLES, Extract

METRES = CRS.from_epsg(32650)


def table(name: str, rows: list[dict[str, Any]]) -> gpd.GeoDataFrame:
    """Return a feature table with the columns of its contract, unset flags False and unset words empty."""
    contract = FEATURE_TABLES[name]
    unset = {"flag": False, "number": np.nan}
    filled = {
        column: [row.get(column, unset.get(spec.kind)) for row in rows] for column, spec in contract.columns.items()
    }
    index = pd.Index([f"{name}{i}" for i in range(len(rows))], name=contract.index)
    return gpd.GeoDataFrame(filled, geometry=[row["geometry"] for row in rows], index=index, crs=METRES)


def extract(**tables: list[dict[str, Any]]) -> Extract:
    """Return an extract of some tables, each a list of rows."""
    return Extract({name: table(name, rows) for name, rows in tables.items()}, METRES)


def way(*spots: tuple[float, float], kind: str = "residential", **tags: Any) -> dict[str, Any]:
    """Return a row of a line table."""
    return {"kind": kind, "geometry": LineString(spots), **tags}


def area(shape: Polygon, kind: str = "yes", **tags: Any) -> dict[str, Any]:
    """Return a row of an area table."""
    return {"kind": kind, "geometry": shape, **tags}


def district(*shapes: Polygon, names: str = "abcdefgh") -> gpd.GeoDataFrame:
    """Return districts of these shapes, named a, b, c ..."""
    index = pd.Index(list(names[: len(shapes)]), name="district_id")
    return gpd.GeoDataFrame({"name": list(index)}, geometry=list(shapes), index=index, crs=METRES)


def median() -> tuple[gpd.GeoDataFrame, Extract]:
    """Return an avenue of two carriageways 12 m apart, and a side street that ends at it from the north.

    ::

        +---------+---------+
        |         |         |
        |---------+---------|  <- one way west, y = 106
        |---------+---------|  -> one way east, y = 94
        |                   |
        +-------------------+
    """
    avenue = {"kind": "primary", "name": "Bell Avenue", "oneway": True}
    roads = [
        way((-10, 94), (100, 94), (210, 94), **avenue),
        way((210, 106), (100, 106), (-10, 106), **avenue),
        way((100, 106), (100, 210), name="Lime Street"),
    ]
    return district(box(0, 0, 200, 200)), extract(roads=roads)


def roundabout() -> tuple[gpd.GeoDataFrame, Extract]:
    """Return four streets that meet in a roundabout of 20 m radius at (100, 100)."""
    turns = np.linspace(0, 2 * np.pi, 33)[:-1]
    ring = [(100 + 20 * np.cos(turn), 100 + 20 * np.sin(turn)) for turn in turns]
    east, north, west, south = ring[0], ring[8], ring[16], ring[24]
    roads = [
        way(*ring, ring[0], kind="tertiary", junction="roundabout", oneway=True),
        way(east, (210, 100), kind="tertiary", name="East Road"),
        way(north, (100, 210), name="North Street"),
        way(west, (-10, 100), kind="tertiary", name="West Road"),
        way(south, (100, -10), name="South Street"),
    ]
    return district(box(0, 0, 200, 200)), extract(roads=roads)


def river(*, bridge: bool = True, drawn: bool = True) -> tuple[gpd.GeoDataFrame, Extract]:
    """Return a river 40 m wide from south to north at x = 100, a street on each bank, and a street across it.

    ::

        +-----+ ~~~ +-----+
        |     | ~~~ |     |
        |-----|=====|-----|   the street at y = 150, with its bridge
        |     | ~~~ |     |
        +-----+ ~~~ +-----+
    """
    span = [way((80, 150), (120, 150), kind="tertiary", name="Long Bridge", bridge=True)] if bridge else []
    roads = [
        way((-10, 150), (80, 150), kind="tertiary", name="Cross Street"),
        way((120, 150), (210, 150), kind="tertiary", name="Cross Street"),
        *span,
    ]
    water = [area(box(80, -10, 120, 310), "river", name="Q River")] if drawn else []
    middle = [way((100, -10), (100, 310), kind="river", name="Q River")]
    return district(box(0, 0, 200, 300)), extract(roads=roads, water=water, waterways=middle)


def lake(*ways: dict[str, Any]) -> tuple[gpd.GeoDataFrame, Extract]:
    """Return a lake of 700 x 500 m with an island of 200 x 200 m, streets around it, and further ways.

    ::

        +--|----------------|--+
        |--+----------------+--|   y = 700
        |  | ~~~~~~~~~~~~~~ |  |
        |  | ~~~~ +--+ ~~~~ |  |   the island: 550 to 750 east, 300 to 500 north
        |  | ~~~~ +--+ ~~~~ |  |
        |--+----------------+--|   y = 100
        +--|----------------|--+
    """
    streets = [way((-10, y), (1210, y)) for y in (100, 700)] + [way((x, -10), (x, 810)) for x in (200, 1100)]
    water = area(box(300, 150, 1000, 650).difference(box(550, 300, 750, 500)), "lake", name="Mirror Lake")
    return district(box(0, 0, 1200, 800)), extract(roads=[*streets, *ways], water=[water])


def superblock() -> tuple[gpd.GeoDataFrame, Extract]:
    """Return a walled compound of 300 x 300 m with inner lanes and 36 slabs of six storeys, streets all around."""
    street = {"kind": "secondary", "name": "Ring Street"}
    roads = [
        way((20, 20), (320, 20), (320, 320), (20, 320), (20, 20), **street),
        way((170, 20), (170, 320), kind="service"),
        way((20, 120), (320, 120), kind="service"),
        way((20, 220), (320, 220), kind="service"),
        way((70, 20), (70, 120), kind="footway"),
    ]
    slabs = [
        area(box(30 + 48 * i, 35 + 48 * j, 62 + 48 * i, 47 + 48 * j), "apartments", levels=6.0, residential=True)
        for j in range(6)
        for i in range(6)
    ]
    compound = [area(box(25, 25, 315, 315), "residential", name="Lime Garden")]
    return district(box(0, 0, 340, 340)), extract(roads=roads, buildings=slabs, compounds=compound)


def spot(x: float, y: float, **values: Any) -> dict[str, Any]:
    """Return a row with a point."""
    return {"geometry": Point(x, y), **values}


def assert_tiles(units: gpd.GeoDataFrame, areas: gpd.GeoDataFrame, rounding_m2: float = 1e-6) -> None:
    """Assert that units are valid, border each other vertex by vertex, and fill each of their parents."""
    shapes = units.geometry.to_numpy()
    assert shapely.is_valid(shapes).all()
    assert shapely.coverage_is_valid(shapes)
    for name, parent in areas.geometry.items():
        inside = shapely.coverage_union_all(shapes[(units["parent"] == name).to_numpy()])
        assert shapely.area(shapely.symmetric_difference(inside, parent)) < rounding_m2
