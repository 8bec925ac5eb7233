"""A log of departments' orders on a town of sixteen blocks."""

from __future__ import annotations

import os
from pathlib import Path

import geopandas as gpd
import pandas as pd
import pytest
from shapely.geometry import Point, box
from towns import METRES, town

import gridkit as gk
from gridkit.errors import TableError
from gridkit.recipes import response as recipe
from gridkit.render.page import nets
from gridkit.render.page.compose import words
from gridkit.render.page.question import Asked, headline

TOWN = town()
REAL = Path(os.environ.get("GRIDKIT_REAL_DATA", "../shared/data"))


def orders(*rows):
    """Return a log: (number, department, x, y, day, closed day)."""
    return gpd.GeoDataFrame(
        {
            "order_id": [r[0] for r in rows],
            "department": [r[1] for r in rows],
            "time": [f"2026-03-{r[4]:02d}" for r in rows],
            "closed": [f"2026-03-{r[5]:02d}" if r[5] else None for r in rows],
        },
        geometry=[Point(r[2], r[3]) for r in rows],
        crs=METRES,
    )


LOG = orders(
    ("1", "road", 50, 50, 1, None),
    ("1", "water", 50, 50, 2, 5),
    ("2", "road", 50, 50, 1, 2),
    ("3", "water", 350, 350, 1, 3),
    ("4", "road", 9000, 50, 1, None),
)


@pytest.mark.filterwarnings("ignore")
def test_orders_are_counted_by_grid_and_those_outside_are_told():
    layer = gk.response(TOWN, LOG).layers["response"]
    assert layer.facts["orders"] == 4
    assert layer.facts["without_place"] == 1
    grids = layer.tables["grids"]
    assert grids["orders"].to_dict() == {"W00": 2, "W10": 0, "E01": 0, "E11": 1}
    assert grids.loc["W00", ["several_rate_n", "several_rate_of"]].tolist() == [1, 2]
    assert grids.loc["W00", "median_hours"] == pytest.approx((96 + 24) / 2)
    assert layer.tables["hands"][["from", "to", "orders"]].to_numpy().tolist() == [["road", "water", 1]]
    assert layer.facts["several_rate"]["n"] == 1
    assert layer.facts["several_rate"]["low"] < 0.25 < layer.facts["several_rate"]["high"]
    assert layer.tables["funnel"]["rank"].isna().all()


@pytest.mark.filterwarnings("ignore")
def test_orders_are_counted_by_the_areas_of_nets_that_cross_the_grids():
    net = gpd.GeoDataFrame({"code": ["n", "s"]}, geometry=[box(0, 250, 400, 400), box(0, 0, 400, 250)], crs=METRES)
    plan = gk.departments_overlay(TOWN, {"police": net})
    areas = gk.response(plan, LOG).layers["response"].tables["nets"].set_index(["net", "code"])
    assert areas["orders"].to_dict() == {("police", "n"): 1, ("police", "s"): 2}


@pytest.mark.filterwarnings("ignore")
def test_counters_count_where_all_departments_are_in_one_place():
    desks = gpd.GeoDataFrame(
        {"kind": ["road", "water", "road", "water"], "name": "desk"},
        geometry=[Point(50, 50), Point(60, 50), Point(350, 350), Point(250, 350)],
        crs=METRES,
    )
    layer = gk.response(TOWN, LOG, counters=desks).layers["response"]
    assert (layer.facts["counter_places"], layer.facts["counter_kinds"]) == (1, ["road", "water"])
    assert layer.tables["grids"]["counters_share"]["W00"] == 1
    alone = gk.response(TOWN, LOG, counters=desks.iloc[2:]).layers["response"]
    assert alone.facts["counters_reached"] == 0


@pytest.mark.filterwarnings("ignore")
def test_a_log_without_departments_is_named():
    with pytest.raises(TableError, match="names the department"):
        gk.response(TOWN, LOG.drop(columns="department"))


@pytest.mark.filterwarnings("ignore")
def test_the_picture_shows_who_hands_on_to_whom(tmp_path):
    plan = gk.response(TOWN, LOG.assign(department=["<road>", "water", "<road>", "water", "<road>"]))
    recipe.written(plan, tmp_path / "flow.svg", lang="en", overwrite=False)
    drawn = (tmp_path / "flow.svg").read_text(encoding="utf-8")
    assert "&lt;road&gt; → water: 1" in drawn
    assert "<road>" not in drawn
    quiet = gk.response(TOWN, LOG.iloc[2:4])
    recipe.written(quiet, tmp_path / "none.svg", lang="en", overwrite=False)
    assert "no order was handed on" in (tmp_path / "none.svg").read_text(encoding="utf-8")


@pytest.mark.filterwarnings("ignore")
def test_the_flow_is_a_page_of_paper_and_the_map_lists_who_hands_on_to_whom(tmp_path):
    plan = gk.response(TOWN, LOG)
    for name in ("flow.pdf", "map.html"):
        recipe.written(plan, tmp_path / name, lang="en", overwrite=False)
    assert (tmp_path / "flow.pdf").read_bytes().startswith(b"%PDF")
    found = nets.hands(plan.layers.values(), words())
    assert found == {"rows": [{"text": "road → water", "n": ["1", "1"], "bar": "width:60.0px"}], "more": None}
    assert nets.hands(gk.response(TOWN, LOG.iloc[2:4]).layers.values(), words()) is None
    assert str(headline("response", Asked(plan))) == (
        "1 of 4 orders took several departments; half of all were closed within 48.0 h."
    )
    assert str(headline("response", Asked(TOWN))).startswith("No log")


@pytest.mark.filterwarnings("ignore")
def test_it_is_kept_and_counted_again_when_the_grids_change(tmp_path):
    north = LOG.set_geometry(LOG.translate(0, 100))
    gk.write_plan(gk.response(TOWN, north), tmp_path / "p.gpkg")
    back = gk.read_plan(tmp_path / "p.gpkg")
    assert back.layers["response"].tables["grids"]["orders"].to_dict()["W10"] == 0
    moved = gk.redraw(back, moves="u0100=W10", loose=True)
    assert moved.layers["response"].tables["grids"]["orders"].to_dict()["W10"] == 2


@pytest.mark.filterwarnings("ignore")
def test_new_yorks_log_is_what_its_folder_says():
    folder = REAL / "nyc-nets-manhattan"
    if not folder.exists():
        pytest.skip(f"{folder} is not there: New York's orders NOT checked")
    tracts = gpd.read_file(folder / "tracts2010_population.geojson").set_index("geoid").to_crs(32618)
    plan = gk.Plan.from_grids(tracts.rename(columns={"TotalPop": "people"})[["people", "geometry"]])
    plan = gk.departments_overlay(plan, [f"community={folder / 'community_districts.geojson'}:BoroCD"], accept="all")
    layer = gk.response(plan, folder / "nyc311_manhattan.csv", dates="mdy", accept="all").layers["response"]
    by = layer.tables["departments"]["orders"]
    assert layer.facts["orders"] == 240
    assert by.sort_values(ascending=False).tolist() == [228, 4, 3, 2, 2, 1]
    assert layer.facts["median_hours"] == pytest.approx(0.472, abs=5e-4)
    # Three have no coordinates, one lies in a district of another borough.
    areas = layer.tables["nets"].set_index("code")["orders"]
    assert (int(areas[areas.index.str.startswith("1")].sum()), int(areas.sum())) == (236, 237)
    assert pd.notna(layer.facts["open"])


@pytest.mark.filterwarnings("ignore")
def test_baltimores_log_is_what_its_folder_says():
    log = REAL / "baltimore-311" / "baltimore_311_sample.csv"
    if not log.exists():
        pytest.skip(f"{log} is not there: Baltimore's orders NOT checked")
    city = gpd.GeoDataFrame(
        {"people": [600_000.0]}, geometry=[box(-76.72, 39.19, -76.52, 39.38)], crs=4326, index=["B"]
    )
    layer = gk.response(gk.Plan.from_grids(city.to_crs(32618)), log, accept="all").layers["response"]
    told = layer.facts
    assert (told["orders"], told["timed"], told["open"], told["at_once"]) == (6648, 6501, 147, 1411)
    assert told["without_place"] == 374 + 701
    assert told["transferred_rate"]["n"] == 14
    by = layer.tables["departments"]
    assert by["orders"].sort_values(ascending=False).tolist()[:10] == [
        3211,
        1117,
        758,
        560,
        248,
        219,
        211,
        112,
        109,
        83,
    ]
    assert by.loc["Solid Waste", "median_hours"] == pytest.approx(25.79, abs=0.005)
    assert by.loc["Recreation & Parks", "median_hours"] == pytest.approx(432.89, abs=0.005)
