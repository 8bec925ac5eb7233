"""The made-up district as tables in memory, before anything is written."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import geopandas as gpd
import numpy as np

from gridkit.synthetic import communities as neighbours
from gridkit.synthetic import drawing, frame, incidents, names, old_grids, population, staff

if TYPE_CHECKING:
    import pandas as pd
    from numpy.typing import NDArray
    from shapely.geometry import Polygon

    from gridkit.synthetic.features import Feature


@dataclass(frozen=True, eq=False)
class District:
    """One made-up district.

    Parameters
    ----------
    seed
        What it was drawn from.
    district, communities
        One polygon, and the five that tile it: `code`, `name`, `name_en`, and for communities their official totals
        `households` and `people`; EPSG:4549.
    features
        Streets, buildings and everything else as OpenStreetMap tags on the sheet, see `frame` for the way to degrees.
    compounds, homes
        Estates and neighbourhoods, and residential buildings, each with households and people; EPSG:4549.
    people_per_pixel, corner
        The population product, and longitude and latitude of its north-west corner.
    household_table
        Rows of the compounds' table, as an office would send it.
    incidents, incidents_last_year
        Two years of incidents; longitude and latitude in GCJ-02.
    workers, volunteers, facilities
        The workbooks.
    old_grids
        Last year's grids; EPSG:4490.
    blocks
        Street blocks; EPSG:4549.
    """

    seed: int
    district: gpd.GeoDataFrame
    communities: gpd.GeoDataFrame
    features: tuple[Feature, ...]
    compounds: gpd.GeoDataFrame
    homes: gpd.GeoDataFrame
    people_per_pixel: NDArray[np.float32]
    corner: tuple[float, float]
    household_table: list[list[str]]
    incidents: pd.DataFrame
    incidents_last_year: pd.DataFrame
    workers: pd.DataFrame
    volunteers: pd.DataFrame
    facilities: pd.DataFrame
    old_grids: gpd.GeoDataFrame
    blocks: tuple[Polygon, ...]


def make(seed: int = 0) -> District:
    """Return the district that a seed draws: the same seed, the same district.

    Examples
    --------
    >>> district = make(seed=0)
    >>> int(district.homes["people"].sum()), len(district.communities)
    (60000, 5)
    """
    sheet = drawing.draw(seed)
    rng = np.random.default_rng([seed, 1])
    parts = neighbours.parts(sheet.bones)
    district, communities = neighbours.tables(sheet.bones, names.Stems(rng))
    estates = population.compounds(sheet.features)
    homes = population.buildings(sheet.features, estates, rng)
    counted = population.census(estates, homes, parts, rng)
    totals = counted.groupby("community")[["households", "people"]].sum()
    communities = communities.join(totals)
    pixels, corner = population.raster(homes, district, rng)
    scene = incidents.scenery(sheet.features, homes, estates, sheet.bones.outline())
    blocks = frame.place(sheet.bones.faces())
    grids = old_grids.draw(blocks, placed(homes), communities, rng)
    return District(
        seed=seed,
        district=district,
        communities=communities,
        features=sheet.features,
        compounds=placed(counted),
        homes=placed(homes),
        people_per_pixel=pixels,
        corner=corner,
        household_table=population.household_table(counted, communities),
        incidents=incidents.year(scene, incidents.THIS_YEAR, rng),
        incidents_last_year=incidents.year(scene, incidents.LAST_YEAR, rng),
        workers=staff.workers(grids, dict(zip(communities["code"], communities["name"], strict=True)), rng),
        volunteers=staff.volunteers(communities, totals["people"].tolist(), rng),
        facilities=staff.facilities(sheet.features, parts, communities),
        old_grids=grids,
        blocks=tuple(blocks),
    )


def placed(drawn: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Return a table drawn on the sheet, moved to `frame.CRS`."""
    return drawn.set_geometry(gpd.GeoSeries(frame.place(drawn.geometry.tolist()), index=drawn.index, crs=frame.CRS))
