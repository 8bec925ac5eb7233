"""Patrols on a plan: every street of the classes once, in one area, and what is said of the rest."""

from __future__ import annotations

import warnings
from dataclasses import replace
from xml.etree import ElementTree as ET

import geopandas as gpd
import numpy as np
import pytest
from shapely.geometry import LineString, Point
from towns import METRES, WEST, town

import gridkit as gk
from gridkit.errors import GridkitWarning, TableError, UsageError
from gridkit.recipes import patrol as recipe
from gridkit.render import export as formats

SIDE = 6


@pytest.fixture(scope="module", autouse=True)
def _there():
    pytest.importorskip("rustworkx", reason="rustworkx is not installed: patrols NOT checked")


def lines(kind="residential"):
    """Return the streets around the blocks of a town."""
    at = [100 * k for k in range(SIDE + 1)]
    every = [LineString([(x, y) for y in at]) for x in at] + [LineString([(x, y) for x in at]) for y in at]
    names = ["Lime Street"] * len(every)
    table = gpd.GeoDataFrame({"kind": [kind] * len(every), "name": names}, geometry=every, crs=METRES)
    return table.rename_axis("feature_id")


def place(roads=None):
    """Return a town of four grids, with streets."""
    return replace(town(SIDE, 3), backdrop={"roads": lines() if roads is None else roads})


def facts(plan):
    """Return what is told of the patrols."""
    return plan.layers["patrol"].facts


def test_every_metre_of_street_is_asked_of_one_grid():
    plan = gk.patrol(place())
    total = lines().length.sum()
    assert plan.layers["patrol"].tables["areas"]["streets_m"].sum() == pytest.approx(total)
    assert facts(plan)["outside_m"] == 0
    walked = plan.layers["patrol"].tables["routes"]["streets_m"].sum()
    assert walked == pytest.approx(total)
    assert facts(plan)["patrol_m"] >= total
    assert 0 <= facts(plan)["gap"] <= 0.03


def test_streets_along_borders_are_shared_out():
    areas = gk.patrol(place()).layers["patrol"].tables["areas"]["streets_m"]
    assert areas.max() <= 1.25 * areas.min()


def test_a_wide_street_is_walked_on_either_side_and_a_carriageway_once():
    wide = lines("primary")
    one = facts(gk.patrol(place(wide)))["streets_m"]
    apart = facts(gk.patrol(place(wide.assign(oneway=True))))["streets_m"]
    assert one == pytest.approx(2 * apart)


def test_walks_begin_and_end_at_the_office():
    office = gpd.GeoDataFrame({"name": ["Elm House"]}, geometry=[Point(110, 120)], crs=METRES)
    routes = gk.patrol(place(), office=office).layers["patrol"].tables["routes"]
    for shape in routes.geometry:
        assert shape.coords[0] == shape.coords[-1] == (110, 120)
    assert (routes["office"] == "Elm House").all()
    assert np.allclose(routes.geometry.length, routes["metres"])


def test_groups_are_walked_as_one():
    plan = place()
    grouped = gk.patrol(plan, groups="parent")
    assert len(grouped.layers["patrol"].tables["areas"]) == plan.grids["parent"].nunique()
    with pytest.raises(UsageError, match="column"):
        gk.patrol(plan, groups="colour")


def test_shifts_bound_every_walk():
    plan = gk.patrol(place(), walkers=2, shift_hours=0.5)
    routes = plan.layers["patrol"].tables["routes"]
    assert routes["minutes"].max() <= 30 + 1e-6
    assert routes.groupby("area")["walker"].nunique().max() == 2


def test_a_grid_without_streets_is_named_and_the_rest_is_walked():
    roads = lines()
    plan = place()
    first = plan.grids.geometry.iloc[0].buffer(5)
    roads = roads.set_geometry(roads.geometry.difference(first)).explode(ignore_index=True)
    roads = roads[roads.length > 0].rename_axis("feature_id")
    with pytest.warns(GridkitWarning, match="no street"):
        found = gk.patrol(replace(plan, backdrop={"roads": roads}))
    assert facts(found)["without_streets"] == [str(plan.grids.index[0])]
    assert facts(found)["areas"] == len(plan.grids)
    assert recipe.partly(facts(found), [str(plan.grids.index[0])])
    assert not recipe.partly(facts(found), [])


def test_a_network_in_pieces_is_walked_piece_by_piece():
    apart = gpd.GeoDataFrame(
        {"kind": ["residential"] * 2},
        geometry=[LineString([(20, 20), (80, 20)]), LineString([(20, 60), (80, 60)])],
        crs=METRES,
    ).rename_axis("feature_id")
    with pytest.warns(GridkitWarning) as said:
        plan = gk.patrol(place(apart))
    assert any("piece by piece" in str(each.message) for each in said)
    assert len(plan.layers["patrol"].tables["routes"]) == 2
    assert plan.layers["patrol"].tables["routes"]["metres"].tolist() == pytest.approx([120, 120])


def test_what_is_asked_wrongly_is_refused():
    plan = place()
    with pytest.raises(UsageError, match="no grid"):
        gk.patrol(plan, grids="nowhere")
    with pytest.raises(UsageError, match="walk"):
        gk.patrol(plan, walkers=0)
    with pytest.raises(UsageError, match="shift"):
        gk.patrol(plan, shift_hours=0.0)
    with pytest.raises(UsageError, match="no place"):
        gk.patrol(plan, office="the moon")
    with pytest.raises(TableError, match="no street"):
        gk.patrol(replace(plan, backdrop={}))


def test_tracks_are_gpx_of_version_1_1(tmp_path):
    plan = gk.patrol(place())
    formats.export(plan, tmp_path / "walks.gpx", table="patrol:routes")
    root = ET.parse(tmp_path / "walks.gpx").getroot()  # noqa: S314 - our own file
    space = {"g": "http://www.topografix.com/GPX/1/1"}
    assert root.attrib["version"] == "1.1"
    assert len(root.findall("g:trk", space)) == len(plan.layers["patrol"].tables["routes"])
    read = gpd.read_file(tmp_path / "walks.gpx", layer="tracks").to_crs(METRES)
    assert read.geometry.length.sum() == pytest.approx(facts(plan)["patrol_m"], rel=1e-3)
    with pytest.raises(UsageError, match="areas"):
        formats.export(plan, tmp_path / "grids.gpx")


def test_sheets_have_a_page_for_each_walk(tmp_path):
    pytest.importorskip("fpdf", reason="fpdf2 is not installed: sheets NOT checked")
    plan = gk.patrol(place())
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        recipe.written(plan, tmp_path / "walks.pdf", "patrol", lang="en", overwrite=False)
    assert (tmp_path / "walks.pdf").read_bytes().count(b"/Type /Page\n") >= len(plan.layers["patrol"].tables["routes"])


def test_the_same_plan_and_seed_give_the_same_walks():
    one, other = (gk.patrol(place(), seed=4).layers["patrol"].tables["routes"] for _ in range(2))
    assert one.geometry.to_wkt().tolist() == other.geometry.to_wkt().tolist()


def test_a_town_of_one_group_is_walked_in_parts_and_told_as_it_goes(monkeypatch):
    monkeypatch.setattr("gridkit.measure.routes.streets.MOST", 30)
    plan = place()
    whole = replace(plan, units=plan.units.assign(parent=WEST))
    said: list[float] = []
    with pytest.warns(GridkitWarning, match="walked in parts: "):
        laid = gk.patrol(
            whole, groups="parent", progress=lambda _stage, share: said.append(share) if share is not None else None
        )
    total = lines().length.sum()
    assert len(said) >= 3
    assert said == sorted(said)
    assert said[-1] == 1
    row = laid.layers["patrol"].tables["areas"].loc[WEST]
    assert row["streets_m"] == pytest.approx(total)
    assert laid.layers["patrol"].tables["routes"]["streets_m"].sum() == pytest.approx(total)
    assert total <= row["least_m"] <= row["patrol_m"] <= 1.5 * total
    assert np.isnan(row["gap"])
    assert facts(laid)["in_pieces"] == []
