"""What comes in at the edge of a survey: totals alone, a map without roads, and what covers only part of a district."""

from __future__ import annotations

from typing import TYPE_CHECKING

import geopandas as gpd
import numpy as np
import osmium
import pandas as pd
import pytest
import rasterio
from rasterio.transform import Affine
from shapely.geometry import box

import gridkit as gk
from gridkit.errors import GridkitWarning, TableError

if TYPE_CHECKING:
    from pathlib import Path

KRUEGER = "EPSG:4549"
X, Y = 553_400, 3_603_200


@pytest.fixture
def communities() -> gpd.GeoDataFrame:
    """Return two communities of 500 m x 1,000 m side by side: W1 西社区, E1 东社区."""
    shapes = [box(X + dx, Y, X + dx + 500, Y + 1000) for dx in (0, 500)]
    return gpd.GeoDataFrame({"code": ["W1", "E1"], "name": ["西社区", "东社区"]}, geometry=shapes, crs=KRUEGER)


def totals(tmp_path: Path) -> Path:
    path = tmp_path / "totals.csv"
    path.write_text("社区,2024年户籍人口(人)\n西社区居委会,1200\n东社区,800\n", encoding="utf-8")
    return path


def test_totals_alone_are_spread_over_the_area(communities: gpd.GeoDataFrame, tmp_path: Path) -> None:
    survey = gk.units(communities, parents="code", units="hexagons", hexagon_m=250, totals=totals(tmp_path))
    people = survey.units.groupby("parent")["people"].sum()
    assert people.round(6).to_dict() == {"W1": 1200, "E1": 800}
    density = survey.units["people"] / survey.units["area_m2"]
    assert density[survey.units["parent"] == "W1"].std() < 1e-6


def test_totals_alone_go_where_the_buildings_are(communities: gpd.GeoDataFrame, tmp_path: Path) -> None:
    homes = [box(X + dx, Y + 100, X + dx + 60, Y + 160) for dx in (100, 600)]
    buildings = gpd.GeoDataFrame({"levels": [6, 6]}, geometry=homes, crs=KRUEGER)
    survey = gk.units(
        communities, parents="code", units="hexagons", hexagon_m=250, totals=totals(tmp_path), buildings=buildings
    )
    lived_in = survey.units[survey.units["people"] > 0]
    assert lived_in["people"].sum() == pytest.approx(2000)
    assert (lived_in.centroid.y < Y + 400).all()


def test_a_map_with_buildings_and_no_road_stops(communities: gpd.GeoDataFrame, tmp_path: Path) -> None:
    path = tmp_path / "map.osm.pbf"
    corners = gpd.GeoSeries([box(X + 100, Y + 100, X + 120, Y + 120)], crs=KRUEGER).to_crs(4326).iloc[0].exterior.coords
    new = osmium.osm.mutable
    with osmium.SimpleWriter(str(path)) as writer:
        for at, (lon, lat) in enumerate(corners[:-1]):
            writer.add_node(new.Node(id=at + 1, location=(lon, lat), version=1))
        writer.add_way(new.Way(id=1, nodes=[1, 2, 3, 4, 1], tags={"building": "yes"}, version=1))
    with pytest.raises(TableError, match=r"map\.osm\.pbf: there is no road, though 1 building or place stands there"):
        gk.units(communities, osm=path)
    assert len(gk.units(communities, osm=path, units="hexagons", hexagon_m=250).units)


def test_a_raster_of_half_the_district_stops_until_it_is_accepted(
    communities: gpd.GeoDataFrame, tmp_path: Path
) -> None:
    path = tmp_path / "west.tif"
    profile = {"driver": "GTiff", "height": 10, "width": 5, "count": 1, "dtype": "float32", "crs": KRUEGER}
    with rasterio.open(path, "w", **profile, transform=Affine(100, 0, X, 0, -100, Y + 1000)) as file:
        file.write(np.full((1, 10, 5), 4.0, dtype="float32"))
    asked = {"parents": "code", "units": "hexagons", "hexagon_m": 250, "people": path}
    with pytest.raises(TableError, match=r"50\.0% of .* lost: .* not covered by the data"):
        gk.units(communities, **asked)
    with pytest.warns(GridkitWarning, match="not covered"):
        survey = gk.units(communities, **asked, accept=("uncovered",))
    assert survey.units["people"].sum() == pytest.approx(200)


@pytest.mark.parametrize(("rule", "people"), [("zero", 1200), ("mean", 2400), ("remainder", 2000)])
def test_a_withheld_count_stands_for_what_was_said(
    communities: gpd.GeoDataFrame, tmp_path: Path, rule: str, people: float
) -> None:
    blocks = communities.assign(people=["1200", "*"]).drop(columns=["code", "name"])
    more = {"totals": totals(tmp_path)} if rule == "remainder" else {}
    survey = gk.units(
        communities, parents="code", units="hexagons", hexagon_m=250, people=blocks, suppressed=rule, **more
    )
    assert survey.units["people"].sum() == pytest.approx(people)
    rows = [account for account in survey.ledger if account.counted == "rows" and account.role == "people"]
    assert [dict(account.lost) for account in rows] == [{}]


def test_the_ledger_of_a_survey_adds_up(communities: gpd.GeoDataFrame, tmp_path: Path) -> None:
    survey = gk.units(
        communities, parents="code", units="hexagons", hexagon_m=250, people=communities.assign(people=[1, 2]),
        totals=totals(tmp_path),
    )  # fmt: skip
    book = survey.ledger.frame()
    assert isinstance(book, pd.DataFrame)
    assert {"people", "totals", "parents"} <= set(book["role"])
    assert all(each.read == pytest.approx(each.used + sum(each.lost.values())) for each in survey.ledger)
