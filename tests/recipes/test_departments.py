"""Departments' nets laid over a plan, kept in it and written."""

from __future__ import annotations

import os
from pathlib import Path

import geopandas as gpd
import openpyxl
import pandas as pd
import pytest
from shapely.geometry import box
from towns import METRES, town

import gridkit as gk
from gridkit.errors import GridkitWarning, TableError, UsageError

TOWN = town()


def net(*areas):
    """Return a net of boxes by code: (code, west, south, east, north)."""
    return gpd.GeoDataFrame(
        {"code": [code for code, *_ in areas]}, geometry=[box(*edges) for _, *edges in areas], crs=METRES
    )


def halves(at):
    return net(("north", 0, at, 400, 400), ("south", 0, 0, 400, at))


def laid(areas, **choices):
    return gk.departments_overlay(TOWN, areas, **choices).layers["departments"]


def test_a_column_of_the_units_and_another_plan_are_nets_too():
    marked = gk.Plan(TOWN.units.assign(beat=[7.0] * 8 + [8.0] * 8), TOWN.borders, TOWN.districts, TOWN.parameters)
    done = gk.departments_overlay(marked, {"police": "beat", "same": TOWN})
    table = done.layers["departments"].tables["nets"]
    assert table["areas"].to_dict() == {"police": 2, "same": 4}
    assert table["grids_cut"].tolist() == [0, 0]
    assert set(done.brought["departments"]["code"][:2]) == {"7", "8"}


@pytest.mark.parametrize(
    ("areas", "error", "said"),
    [
        ([halves(200), halves(200)], None, ""),
        ({}, UsageError, "no net"),
        (
            {"p": gpd.GeoDataFrame({"code": ["x"]}, geometry=[box(0, 0, 1, 1).exterior.centroid], crs=METRES)},
            TableError,
            "area",
        ),
        ({"p": net(("x", 9000, 9000, 9100, 9100))}, TableError, "outside"),
    ],
)
def test_what_is_no_net_is_named(areas, error, said):
    if error is None:
        assert laid(areas).facts["nets"] == 2
        return
    with pytest.raises(error, match=said):
        laid(areas)


def test_nets_are_kept_and_measured_again_when_the_plan_changes():
    done = gk.departments_overlay(TOWN, {"police": halves(250)})
    moved = gk.redraw(done, moves="u0200=W00", loose=True)
    assert moved.layers["departments"].digest == moved.state
    assert moved.layers["departments"].tables["grids"]["areas: police"]["W00"] == 2


def test_a_grid_column_holds_which_area_holds_most(tmp_path):
    layer = laid({"police": halves(250)})
    assert layer.tables["grids"]["main: police"].to_dict() == {
        "W00": "south",
        "W10": "north",
        "E01": "south",
        "E11": "north",
    }
    gk.write_plan(gk.departments_overlay(TOWN, {"police": halves(250)}), tmp_path / "p.gpkg")
    back = gk.read_plan(tmp_path / "p.gpkg").layers["departments"]
    pd.testing.assert_frame_equal(pd.DataFrame(back.tables["grids"]), pd.DataFrame(layer.tables["grids"]))


def test_the_command_writes_a_plan_a_map_or_a_workbook(tmp_path):
    from click.testing import CliRunner
    from typer.main import get_command

    from gridkit import cli

    plan, areas = tmp_path / "plan.gpkg", tmp_path / "beats.gpkg"
    gk.write_plan(TOWN, plan)
    halves(250).to_file(areas)
    for name in ("nets.gpkg", "nets.html", "nets.xlsx"):
        words = ["departments", "overlay", str(plan), f"police={areas}", "-o", str(tmp_path / name), "--json"]
        done = CliRunner().invoke(get_command(cli.app), words)
        assert done.exit_code == 0, done.output
        assert (tmp_path / name).stat().st_size > 1000
    assert "departments" in gk.read_plan(tmp_path / "nets.gpkg").layers
    assert "departments" not in gk.read_plan(plan).layers


def test_a_net_is_moved_onto_whole_grids_and_what_moves_is_told():
    done = gk.departments_harmonise(TOWN, {"police": halves(300)}, union=True)
    [told] = done.records["harmony"].to_dict("records")
    assert (told["moved"], told["bound"], told["proven"]) == (16, 16, True)
    assert (told["plan_moved"], told["plan_bound"]) == (16, 16)
    moves = done.records["harmony_moves"]
    assert set(moves["unit_id"]) == {"u0200", "u0201", "u0202", "u0203"}
    assert set(moves["to"]) == {"north"}
    assert done.layers["departments"].tables["nets"]["grids_cut"].tolist() == [0]


def test_a_net_that_stays_draws_the_grids_to_it():
    done = gk.departments_harmonise(TOWN, {"police": halves(300)}, union=True, fix="police")
    assert done.units["grid_id"].value_counts().to_dict() == {"W00": 6, "E01": 6, "W10": 2, "E11": 2}
    assert done.layers["departments"].tables["nets"]["grids_cut"].tolist() == [0]
    assert done.records["harmony"]["moved"].isna().all()


def test_what_fitting_costs_holds_for_the_grids_and_nets_it_was_found_on(tmp_path):
    done = gk.departments_harmonise(TOWN, {"police": halves(300)}, union=True)
    assert done.stale == ()
    with pytest.warns(GridkitWarning, match="nets moved to the grids"):
        assert gk.departments_overlay(done, {"police": halves(200)}).stale == ("harmony",)
    moved = gk.write_plan(gk.redraw(done, moves=("u0100=W10",), loose=True), tmp_path / "plan.gpkg")
    with pytest.warns(GridkitWarning, match="nets moved to the grids"):
        book = gk.report(gk.read_plan(moved), tmp_path / "plan.xlsx", lang="en")
    sheets = openpyxl.load_workbook(book, read_only=True)
    told = {cell for sheet in sheets for row in sheet.iter_rows(values_only=True) for cell in row}
    assert "Net by net" in told
    assert "Ways to make the nets fit" not in told
    back = gk.undo(gk.read_plan(moved))
    assert back.stale == ()


def test_areas_that_cannot_nest_are_named_with_the_reason():
    told = gk.departments_harmonise(TOWN, {"police": halves(300)}, nest=True).records["harmony"].loc["police"]
    assert told["why"] == "fewer"
    assert told["misfits"] == "north, south"


@pytest.mark.parametrize(
    ("choices", "said"),
    [
        ({"nest": True, "union": True}, "different things"),
        ({"fix": "school"}, "no net 'school'"),
        ({"cost": {"police": "dear"}}, "is no number"),
        ({"cost": {"police": "-1"}}, "more than 0"),
        ({"fix": ("plan", "police")}, "all nets and the plan stay"),
        ({"ranges": {"police": "many"}}, "is no range"),
        ({"sites": "school=stations.csv"}, "no net 'school'"),
    ],
)
def test_what_cannot_be_asked_for_is_named(choices, said):
    with pytest.raises(UsageError, match=said):
        gk.departments_harmonise(TOWN, {"police": halves(300)}, **choices)


def test_a_harmonised_plan_is_read_back_and_its_workbook_has_the_moves(tmp_path):
    done = gk.departments_harmonise(TOWN, {"police": halves(300)}, union=True)
    gk.write_plan(done, tmp_path / "p.gpkg")
    back = gk.read_plan(tmp_path / "p.gpkg")
    assert len(back.records["harmony_moves"]) == 4
    gk.report(back, tmp_path / "p.xlsx", lang="en")
    import openpyxl

    cells = [str(cell.value) for sheet in openpyxl.load_workbook(tmp_path / "p.xlsx") for row in sheet for cell in row]
    assert "Units that change area" in cells


def test_several_nets_and_the_plan_meet_where_it_costs_least():
    done = gk.departments_harmonise(
        TOWN, {"police": halves(300), "fire": halves(300)}, union=True, cost={"plan": "1", "fire": "2"}
    )
    assert done.records["harmony"]["moved"].to_dict() == {"police": 0, "fire": 0}
    assert done.units["grid_id"].value_counts().to_dict() == {"W00": 6, "E01": 6, "W10": 2, "E11": 2}
    facts = done.layers["departments"].facts
    assert (facts["cost"], facts["bound"], facts["proven"]) == (16, 16, True)
    ways = done.records["harmony_ways"]
    assert ways["cost"].to_dict() == {"asked": 16, "nets": 48, "grids": 16, "both": 16}
    assert gk.undo(done).units["grid_id"].equals(TOWN.units["grid_id"])


def test_a_range_keeps_areas_from_growing_and_what_leaves_it_is_named():
    done = gk.departments_harmonise(TOWN, {"police": halves(300)}, union=True, ranges={"police": "10-48"})
    told = done.records["harmony"].loc["police"]
    assert (told["moved"], told["outside"]) == (16, "")


def test_sites_and_officers_stand_with_the_areas_they_lie_in(tmp_path):
    (tmp_path / "stations.csv").write_text("name,officers,lon,lat\nA,7,117.0,0.0\n", encoding="utf-8")
    spot = gpd.GeoSeries([box(40, 240, 60, 260).centroid], crs=METRES).to_crs(4326).iloc[0]
    (tmp_path / "stations.csv").write_text(f"name,officers,lon,lat\nA,7,{spot.x},{spot.y}\n", encoding="utf-8")
    done = gk.departments_harmonise(
        TOWN, {"police": halves(300)}, union=True, sites=f"police={tmp_path / 'stations.csv'}"
    )
    table = done.records["harmony_areas"]
    police = table[table["net"] == "police"].set_index("code")
    assert police["officers_before"].to_dict() == {"north": 0, "south": 7}
    assert police["officers_after"].to_dict() == {"north": 7, "south": 0}


def test_gaps_overlaps_and_what_a_net_does_not_cover_are_measured_and_nothing_is_lost():
    areas = {
        "gaps": net(("n", 0, 250, 400, 400), ("s", 0, 0, 400, 150)),
        "overlaps": net(("n", 0, 150, 400, 400), ("s", 0, 0, 400, 250)),
        "corner": net(("n", 0, 0, 100, 100)),
    }
    layer = laid(areas)
    told = layer.tables["nets"]
    assert told["gap_m2"].tolist() == pytest.approx([40_000, 0, 150_000])
    assert told["overlap_m2"].tolist() == pytest.approx([0, 40_000, 0])
    assert told["in_gaps"].tolist() == pytest.approx([16, 0, 60])
    every = layer.tables["shares"].groupby(["net", "unit_id"])["area"].sum()
    assert len(every) == 3 * 16
    assert every.to_numpy() == pytest.approx(1)


def test_two_nets_of_one_name_are_named(tmp_path):
    halves(200).to_file(tmp_path / "n.gpkg")
    with pytest.raises(UsageError, match="two nets are called 'p'"):
        gk.departments_overlay(TOWN, [f"p={tmp_path / 'n.gpkg'}"] * 2)


@pytest.mark.parametrize(
    ("choices", "said"),
    [
        ({"fix": "q"}, "there is no net 'q'"),
        ({"ranges": {"p": "500-300"}}, "is no range"),
        ({"cost": {"p": "-1"}}, "a cost is more than 0"),
        ({"cost": {"p": "dear"}}, "is no number"),
        ({"nest": True, "union": True}, "ask for different things"),
        ({"fix": ["p", "plan"]}, "all nets and the plan stay"),
    ],
)
def test_what_cannot_be_harmonised_is_said_in_one_line(choices, said):
    with pytest.raises(UsageError, match=said) as caught:
        gk.departments_harmonise(TOWN, {"p": halves(200)}, **choices)
    assert "\n" not in str(caught.value)


REAL = Path(os.environ.get("GRIDKIT_REAL_DATA", "../shared/data")) / "nyc-nets-manhattan"
MANHATTAN = {
    # areas used, tracts split by more than 1 % and 5 % of their area, most people in an area, inner border on tract
    # edges in km
    "police_precincts": ("Precinct", 24, 55, 51, 208_914, 61.30),
    "school_districts": ("SchoolDist", 7, 27, 24, 731_786, 24.24),
    "community_districts": ("BoroCD", 14, 21, 19, 220_697, 41.29),
    "fire_battalions": ("FireBN", 14, 50, 47, 248_186, 42.56),
    "fire_companies": ("FireCo", 75, 189, 158, 57_622, 126.77),
    # The 84th of its folder, 8400, grazes one tract by .07 % of its ground: here that is drawing noise.
    "health_areas": ("HealthArea", 83, 138, 71, 64_571, 127.11),
    "health_centers": ("HCentDist", 7, 0, 0, 369_224, 30.34),
    "municipal_courts": ("MuniCourt", 10, 47, 45, 350_625, 44.59),
    "city_council": ("CounDist", 10, 58, 54, 183_719, 45.91),
}


@pytest.mark.filterwarnings("ignore")
def test_manhattans_nets_cut_the_tracts_that_their_folder_says():
    if not REAL.exists():
        pytest.skip(f"{REAL} is not there: Manhattan's nets NOT checked")
    tracts = gpd.read_file(REAL / "tracts2010_population.geojson").set_index("geoid").to_crs(32618)
    plan = gk.Plan.from_grids(tracts.rename(columns={"TotalPop": "people"})[["people", "geometry"]])
    areas = [f"{name}={REAL / name}.geojson:{column}" for name, (column, *_) in MANHATTAN.items()]
    told = gk.departments_overlay(plan, areas, rule="area", accept="all").layers["departments"].tables["nets"]
    for name, (_, used, hair, part, most, km) in MANHATTAN.items():
        own = told.loc[name]
        assert (own["areas_used"], own["units_over_1_percent"], own["units_over_5_percent"]) == (used, hair, part), name
        assert own["most"] == most, name
        # Ground beside a net parts from it here, and not where its folder counts.
        assert own["border_m"] / 1000 == pytest.approx(km, rel=0.02), name
