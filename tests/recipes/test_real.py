"""Real places go from files to a sound plan, its layers and its map; each has a twin on the made-up district."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any

import geopandas as gpd
import numpy as np
import pytest
import rasterio
from shapely import box

import gridkit as gk
from gridkit import cli
from gridkit.errors import UsageError
from gridkit.plan.summary import summary
from gridkit.project import project
from gridkit.recipes.alternatives import write_alternatives

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    Sound = Callable[[gk.Plan, float], None]

pytestmark = pytest.mark.filterwarnings("ignore::gridkit.GridkitWarning")
LARGEST_MAP = 1_500_000


@pytest.mark.real
@pytest.mark.slow
def test_sao_paulo_goes_from_files_to_a_map(real_data: Path, tmp_path: Path, sound: Sound, capsys: Any) -> None:
    folder = real_data / "sao-paulo-centre"
    hexagons, plan, page = folder / "spo_hexgrid_EPSG32723.gpkg.zip", tmp_path / "spo.gpkg", tmp_path / "spo.html"
    people = ["--people", f"{hexagons}:population", "--target", "1600"]
    assert (
        cli.run(["split", str(hexagons), "--osm", str(folder / "spo_osm.pbf"), *people, "-o", str(plan), "--json"]) == 0
    )
    report = json.loads(capsys.readouterr().out)
    assert report["share_within_10_percent_of_mean"] >= 0.85
    assert all(row["reason"] for row in report["outside_the_band"])

    accidents = str(folder / "ocorrencias-transito-pmsp-2015.csv")
    assert cli.run(["layer", str(plan), "incidents", "--data", accidents]) == 0
    assert cli.run(["map", str(plan), "-o", str(page)]) == 0
    made = gk.read_plan(plan)
    sound(made, 517_570)
    assert made.layers["incidents"].facts["inside"] == 2003, "the hexagons' publisher counted as many"
    assert made.layers["incidents"].tables["grids"]["count"].sum() == 2003
    assert page.stat().st_size < LARGEST_MAP
    assert_asks_no_host(page)


@pytest.mark.slow
def test_the_made_up_district_goes_from_files_to_a_map(demo_dir: Path, tmp_path: Path, sound: Sound) -> None:
    made = gk.demo(tmp_path / "demo", overwrite=True)
    again = gk.read_plan(made["plan"])
    sound(again, again.units["people"].sum())
    read = again.layers["incidents"].facts["read"]
    total = again.layers["incidents"].facts["inside"] + again.layers["incidents"].facts["outside"]
    assert total == read["located"]
    for view in ("planner", "official", "public"):
        assert made[view].stat().st_size < LARGEST_MAP
        assert_asks_no_host(made[view])


def assert_asks_no_host(page: Path) -> None:
    """A page may name hosts in licences and names; it links, loads and styles from none."""
    text = page.read_text(encoding="utf-8")
    assert not re.findall(r"""<(?:script|link|img|iframe)[^>]+(?:src|href)\s*=\s*["']?(?:https?:)?//""", text)
    assert not re.findall(r"""url\(\s*["']?(?:https?:)?//""", text)


# ------------------------------------------------------------------ vector files of a provider instead of OpenStreetMap
@pytest.mark.real
@pytest.mark.slow
def test_vologda_is_split_from_parquet_files_in_two_crs(real_data: Path, sound: Sound) -> None:
    folder = real_data / "vologda"
    plan = gk.split(
        folder / "boundaries.parquet",
        roads=folder / "roads.parquet",
        rails=folder / "railways.parquet",
        water=folder / "water.parquet",
        buildings=folder / "buildings.parquet",
        people=f"{folder / 'buildings.parquet'}:population",
        target=2000,
        effort=0.1,
    )
    sound(plan, 356_810)
    assert set(plan.borders["feature"]) >= {"street", "rail", "river"}


@pytest.mark.slow
def test_the_made_up_district_is_split_from_vector_files_in_two_crs(
    demo_dir: Path, tmp_path: Path, sound: Sound
) -> None:
    extract = gk.units(f"{demo_dir / 'district.gpkg'}:district", osm=demo_dir / "district.osm.pbf").extract
    for name, crs in (("roads", 4326), ("water", 4326), ("buildings", 32651)):
        extract.table(name).to_crs(crs).reset_index().to_parquet(tmp_path / f"{name}.parquet")
    own = {name: tmp_path / f"{name}.parquet" for name in ("roads", "water", "buildings")}
    plan = gk.split(
        f"{demo_dir / 'district.gpkg'}:communities",
        parents="code",
        people=demo_dir / "population.tif",
        target=1000,
        effort=0.1,
        **own,
    )
    sound(plan, plan.units["people"].sum())
    assert set(plan.borders["feature"]) >= {"street", "arterial"}


# ------------------------------------------------------------------ areas with people, a clipped extract
@pytest.mark.real
@pytest.mark.slow
def test_helsinki_is_split_from_cells_and_a_clipped_extract(real_data: Path, sound: Sound) -> None:
    folder = real_data / "helsinki-core"
    cells = folder / "helsinki_population_grid_2020.gpkg"
    plan = gk.split(cells, osm=folder / "Helsinki.osm.pbf", people=f"{cells}:population", target=1000, effort=0.2)
    sound(plan, 71_724)


# ------------------------------------------------------------------ people from a raster
@pytest.mark.real
@pytest.mark.slow
def test_singapores_raster_is_spread_over_hexagons_without_loss(real_data: Path, sound: Sound) -> None:
    raster = real_data / "singapore-raster" / "sgpop.tif"
    whole = gpd.GeoDataFrame(geometry=[box(103.60, 1.15, 104.10, 1.48)], crs=4326)
    plan = gk.split(
        whole,
        units="hexagons",
        hexagon_m=1000.0,
        people=raster,
        grids=100,
        effort=0.2,
    )
    with rasterio.open(raster) as file:
        pixels = file.read(1, masked=True).astype("float64")
    assert pixels.sum() == pytest.approx(5_399_000, abs=1), "the publisher's total is rounded"
    sound(plan, float(pixels.sum()))


def test_the_made_up_raster_is_spread_over_blocks_without_loss(demo_dir: Path) -> None:
    survey = gk.units(
        f"{demo_dir / 'district.gpkg'}:district", osm=demo_dir / "district.osm.pbf", people=demo_dir / "population.tif"
    )
    spread = survey.report["people"]["people"]
    assert survey.units["people"].sum() == pytest.approx(spread["in"] - spread["outside"], rel=1e-9)


# ------------------------------------------------------------------ the same twice, and whatever the order
def test_the_same_inputs_and_seed_give_the_same_plan_on_any_number_of_threads(demo_dir: Path) -> None:
    inputs = {"osm": demo_dir / "district.osm.pbf", "people": demo_dir / "population.tif", "target": 1000}
    plans = [
        gk.split(f"{demo_dir / 'district.gpkg'}:communities", parents="code", threads=threads, effort=0.2, **inputs)
        for threads in (1, 2)
    ]
    assert plans[0].digest == plans[1].digest
    assert plans[0].grids.geometry.geom_equals_exact(plans[1].grids.geometry, 0).all()
    assert np.array_equal(plans[0].grids["people"], plans[1].grids["people"])
    assert summary(plans[0]) == summary(plans[1])


# ------------------------------------------------------------------ what a split can be asked for besides
@pytest.fixture(scope="module")
def inputs(demo_dir: Path) -> dict[str, Any]:
    """Return the made-up district's files, for a quick search."""
    return {
        "district": f"{demo_dir / 'district.gpkg'}:communities",
        "parents": "code",
        "osm": demo_dir / "district.osm.pbf",
        "people": demo_dir / "population.tif",
        "target": 1000,
        "effort": 0.2,
    }


def test_micro_grids_lie_inside_grids_and_have_their_code_in_front(inputs: dict[str, Any], sound: Sound) -> None:
    plan = gk.split(**inputs, nested=200)
    sound(plan, plan.units["people"].sum())
    micro = plan.units.groupby("micro_id")
    assert micro["grid_id"].nunique().max() == 1
    assert all(name.startswith(grid) for name, grid in micro["grid_id"].first().items())
    assert 140 < micro["people"].sum().median() < 280


def test_an_institution_is_a_grid_of_its_own(inputs: dict[str, Any], tmp_path: Path) -> None:
    units = gk.units(inputs["district"], parents="code", osm=inputs["osm"]).units.sort_values("area_m2")
    campus = units[(units.area - units["area_m2"]).abs() < 1].iloc[[-1]]  # on no bank, whose units reach to midstream
    ground = campus.buffer(-30)
    ground.to_file(tmp_path / "campus.gpkg")
    plan = gk.split(**inputs, dedicated=tmp_path / "campus.gpkg")
    apart = plan.grids.symmetric_difference(ground.iloc[0]).area / ground.area.iloc[0]
    assert (apart < 0.1).sum() == 1, "strips along its fence that are no block of their own go to a side"


def test_alternatives_are_different_plans_and_say_what_each_gives_up(inputs: dict[str, Any], tmp_path: Path) -> None:
    asked = project(**inputs)
    rows = write_alternatives(asked, 3, tmp_path / "plan.gpkg")
    plans = [gk.read_plan(tmp_path / row["file"]) for row in rows]
    assert [row["file"] for row in rows] == ["plan.gpkg", "plan-2.gpkg", "plan-3.gpkg"]
    assert len({plan.digest for plan in plans}) == 3
    assert any(row["best"] for row in rows)


def test_the_tolerance_is_a_share(inputs: dict[str, Any]) -> None:
    with pytest.raises(UsageError, match="a tolerance is a share"):
        gk.split(**inputs, tolerance=10)


def test_people_are_scaled_to_the_official_totals_of_communities(inputs: dict[str, Any]) -> None:
    communities = inputs["district"]
    survey = gk.units(communities, parents="code", osm=inputs["osm"], people=inputs["people"], totals=communities)
    official = gpd.read_file(communities.removesuffix(":communities"), layer="communities").set_index("code")["people"]
    assert survey.units.groupby("parent")["people"].sum().to_dict() == pytest.approx(official.to_dict(), rel=1e-9)
