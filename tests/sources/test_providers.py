"""What providers hand out is read without a converter: a look says what it is, and each serves in its role."""

from __future__ import annotations

import warnings
from typing import TYPE_CHECKING, Any

import geopandas as gpd
import pandas as pd
import pytest
from pyproj import CRS
from worlds import providers

import gridkit as gk
from gridkit.errors import GridkitWarning, TableError
from gridkit.sources import districts, facilities, features
from gridkit.sources.files import inspect
from gridkit.sources.people import population, totals
from gridkit.sources.reading import AS_IT_SAYS

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    Make = Callable[[Path], Path]

UTM = CRS.from_epsg(32631)
AREA_M2 = gpd.GeoSeries([providers.SQUARE], crs=4326).to_crs(UTM).area.iloc[0]
CLINICS = {"amenity": ("clinic", "doctors"), "healthcare": ("centre",)}

ROLES: list[tuple[Make, str | None, str | None]] = [
    (providers.overture_buildings, "buildings", "--feature buildings="),
    (providers.overture_segments, "roads", "--feature roads="),
    (providers.overture_places, "places", "--feature places="),
    (providers.overture_division_areas, "district", "gridkit split"),
    (providers.overture_divisions, "places", "--feature places="),
    (providers.worldpop, "people", "--people"),
    (providers.ghs_pop, "people", "--people"),
    (providers.hrsl, "people", "--people"),
    (providers.hrsl_table, "people", "--people"),
    (providers.settlement_extents, "settlements", "gridkit split"),
    (providers.settlement_blocks, "people", "--units"),
    (providers.google_buildings, "buildings", "--feature buildings="),
    (providers.microsoft_buildings, "buildings", "--feature buildings="),
    (providers.microsoft_quadkey, "buildings", "--feature buildings="),
    (providers.microsoft_links, None, None),
]


def district() -> gpd.GeoDataFrame:
    return districts.read(gpd.GeoDataFrame({"name": ["Q"]}, geometry=[providers.SQUARE], crs=4326))[0]


@pytest.mark.parametrize(("make", "role", "command"), ROLES, ids=[make.__name__ for make, *_ in ROLES])
def test_a_look_says_what_it_may_be_used_as(make: Make, role: str | None, command: str | None, tmp_path: Path) -> None:
    path = make(tmp_path)
    look, uses = inspect.looked(path)
    assert [use.role for use in uses] == ([role] if role else [])
    lines = look.get("go_on", [])
    assert all(command in line and path.name in line for line in lines) if command else lines == []


def summed(look: dict[str, Any]) -> set[str]:
    parts = [*look.get("layers", ()), *look.get("tables", ())]
    return {column["name"] for part in parts for column in part["columns"] if "sum" in column}


def test_only_amounts_are_summed(tmp_path: Path) -> None:
    said = set[str]()
    for make, *_ in ROLES:
        said |= summed(inspect.look(make(tmp_path)))
    assert {"building_count", "building_area", "area_in_meters", "pop_un_adj"} <= said
    assert not said & {"OBJECTID", "QuadKey", "version", "confidence", "probability", "height", "num_floors", "date"}


@pytest.mark.parametrize(
    ("make", "known"),
    [
        (providers.overture_buildings, {"levels": 22, "height": 22, "residential": 43}),
        (providers.google_buildings, {"levels": 0, "height": 0, "residential": 64}),
        (providers.microsoft_buildings, {"levels": 0, "height": 16, "residential": 64}),
        (providers.microsoft_quadkey, {"levels": 0, "height": 16, "residential": 64}),
    ],
)
def test_buildings_are_read_whole(make: Make, known: dict[str, int], tmp_path: Path) -> None:
    read = features.read(str(make(tmp_path)), "buildings", crs=UTM)
    table = read.tables["buildings"]
    assert len(table) == len(providers.HOUSES)
    exact = gpd.GeoSeries(providers.HOUSES, crs=4326).to_crs(UTM).area.sum()
    assert table.area.sum() == pytest.approx(exact, rel=1e-6)
    found = {"levels": table["levels"].notna().sum(), "height": table["height"].notna().sum()}
    assert {**found, "residential": table["residential"].sum()} == known, "what is unknown is no number"


def test_segments_are_streets_and_rails(tmp_path: Path) -> None:
    path = providers.overture_segments(tmp_path)
    roads = features.read(str(path), "roads", crs=UTM).tables["roads"]
    assert roads["kind"].value_counts().to_dict() == {"residential": 8, "primary": 6}
    assert roads.loc[roads["bridge"], "name"].tolist() == ["Broad Street", "Broad Street"]
    assert set(roads.loc[roads["kind"] == "primary", "maxspeed"]) == {50.0}
    assert len(features.read(str(path), "rails", crs=UTM).tables["rails"]) == 1


@pytest.mark.parametrize(
    ("make", "expected"),
    [
        (providers.worldpop, 12.5 * (providers.SIZE * 1200) ** 2),
        (providers.ghs_pop, 9.0 * AREA_M2 / 1e4),
        (providers.hrsl, 6.5 * (providers.SIZE * 3600 / 3) ** 2),
        (providers.hrsl_table, 6.5 * 25),
        (providers.settlement_blocks, sum(410.5 + at for at in range(16))),
    ],
)
def test_people_are_as_many_as_the_provider_says(make: Make, expected: float, tmp_path: Path) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        made = gk.units(district(), units="hexagons", hexagon_m=200, people=str(make(tmp_path)))
    assert made.units["people"].sum() == pytest.approx(expected, rel=0.01)


def test_a_raster_of_some_people_only_is_warned_of(tmp_path: Path) -> None:
    for name in ("nga_f_05_2025_CN_100m_R2025A_v1.tif", "nga_women_2020.tif", "nga_elderly_60_plus_2020.tif"):
        path = providers.worldpop(tmp_path, name)
        with pytest.warns(GridkitWarning, match="some people only"):
            population.read(str(path), district())
        assert "part" in {each["code"] for each in inspect.look(path)["raster"]["suspicions"]}
    with pytest.raises(TableError, match="densities"):
        population.read(str(providers.worldpop(tmp_path, "NGA_pph_v2c_2025.tif")), district())


def test_divisions_are_walls_by_their_primary_names(tmp_path: Path) -> None:
    path = providers.overture_division_areas(tmp_path)
    for asked in ("names", "name"):
        assert districts.read(path, parents=asked)[0].index.tolist() == ["Ward A", "Ward B", "Ward C", "Ward D"]


def test_a_division_by_the_sea_ends_at_the_shore(tmp_path: Path) -> None:
    land = gpd.read_parquet(providers.overture_division_areas(tmp_path))
    sea = land.iloc[:1].assign(**{"class": "maritime"})
    sea = sea.set_geometry(sea.geometry.scale(1.5, 1.5))
    both = gpd.GeoDataFrame(pd.concat([land, sea], ignore_index=True), crs=land.crs)
    found, _ = districts.read(both, parents="names")
    assert found.area.sum() == pytest.approx(AREA_M2, rel=1e-6)
    assert found.attrs["accounts"][0].lost == {"other": 1}


def test_of_all_places_a_layer_takes_its_own(tmp_path: Path) -> None:
    path = str(providers.overture_places(tmp_path))
    found, report = facilities.read(path, crs=UTM, tags=CLINICS)
    assert found["name"].tolist() == ["clinic of the quarter"]
    (account,) = found.attrs["accounts"]
    assert (account.read, account.used, account.lost) == (3, 1, {"closed": 1, "other": 1})
    assert "+234" not in found.to_json()
    assert "@" not in str(report)
    with pytest.raises(TableError, match="is what the layer is of: they are amenity=clinic, amenity=school"):
        facilities.read(path, crs=UTM, tags={"amenity": ("library",)})


def test_an_extent_is_a_district_and_blocks_are_units(tmp_path: Path) -> None:
    assert len(districts.read(providers.settlement_extents(tmp_path))[0]) == 1
    path = str(providers.settlement_blocks(tmp_path))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        plan = gk.split(path, units=path, people=f"{path}:pop_un_adj", target=2229, effort=0.01)
    assert plan.units["people"].sum() == pytest.approx(sum(410.5 + at for at in range(16)))
    assert len(plan.grids) == 3


def test_divisions_give_official_totals_by_their_primary_names(tmp_path: Path) -> None:
    walls = districts.read(str(providers.overture_division_areas(tmp_path)), parents="name")[0]
    with pytest.warns(GridkitWarning, match="3 parents|no row|have no"):
        found = totals.read(str(providers.overture_divisions(tmp_path)), walls, reading=AS_IT_SAYS)
    assert found["people"].sum() == 12_000
    assert walls.loc[found.index[0], "name"] == "Ward A"


def test_which_column_of_people_was_taken_is_said_and_of_two_years_asked(tmp_path: Path) -> None:
    rows = {
        "latitude": [providers.SOUTH + 0.005],
        "longitude": [providers.WEST + 0.005],
        "nga_women_2020": [3.0],
        "nga_general_2020": [7.5],
    }
    path = tmp_path / "nga.csv"
    pd.DataFrame(rows).to_csv(path, index=False)
    made, notes = population.read(str(path), district())
    assert made["people"].sum() == 7.5
    assert any("'nga_general_2020'" in note and "nga_women_2020" in note for note in map(str, notes))
    pd.DataFrame(rows | {"nga_general_2015": [6.0]}).to_csv(path, index=False)
    with pytest.raises(TableError, match="no column of people"):
        population.read(str(path), district())
