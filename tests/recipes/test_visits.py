"""Visits on a plan: what is read of a register, what is said of its rest, and what the card makes of it."""

from __future__ import annotations

import warnings
from dataclasses import replace

import geopandas as gpd
import openpyxl
import pandas as pd
import pytest
from shapely.geometry import Point
from towns import METRES, town

import gridkit as gk
from gridkit.errors import GridkitWarning, TableError, UsageError
from gridkit.recipes import visits as recipe


def register(**columns):
    """Return a register of three households of one grid."""
    said = {"last_visit": ["2025-01-01", "2027-01-30", None], "class": ["ordinary"] * 3, **columns}
    return gpd.GeoDataFrame(said, geometry=[Point(10 + 30 * k, 10) for k in range(3)], crs=METRES)


def told(due, asof="2027-01-31", **more):
    """Return the facts of visits, and all that is warned of."""
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always", GridkitWarning)
        plan = gk.visits(town(4, 2), due=due, asof=asof, **more)
    return recipe.facts(plan), [str(each.message) for each in caught]


def test_due_visited_and_never_visited_add_up():
    facts, said = told(register())
    assert (facts["households"], facts["visited"], facts["households_due"], facts["never_visited"]) == (3, 1, 2, 1)
    assert facts["visited_share"] == pytest.approx(1 / 3)
    assert sum(row["households"] for row in facts["by_class"]) == 3
    assert not said


def test_a_class_that_is_not_known_is_said_and_its_words_are_not():
    facts, said = told(register(**{"class": ["ordinary", "Rowan Q", "Elm Q"]}))
    assert facts["households"] == 3
    assert any("2 households have a class" in each for each in said)
    assert not any("Rowan" in each for each in said)


def test_a_word_that_stands_in_several_rows_is_a_class_that_is_named():
    _, said = told(register(**{"class": ["famille nombreuse"] * 3}))
    assert any("3 households have a class" in each and "famille nombreuse" in each for each in said)


@pytest.mark.parametrize(
    ("words", "visited"),
    [
        (("carente", "idoso sozinho", "inquilino"), 3),
        (("малообеспеченные", "одинокие пожилые", "мигранты"), 3),
        (("bedürftig", "alleinlebend", "Mieter"), 3),
    ],
)
def test_classes_in_other_languages_are_those_of_the_preset(words, visited):
    facts, said = told(register(**{"class": list(words)}))
    assert len(facts["by_class"]) == visited
    assert not any("does not know" in each for each in said)


def test_a_register_without_classes_is_said_and_all_count_as_any_other():
    facts, said = told(register().drop(columns="class"))
    assert (facts["households"], facts["households_due"]) == (3, 2)
    assert any("no column says of which class" in each for each in said)


def test_a_visit_still_to_come_is_said_and_tells_nothing_of_the_last():
    facts, said = told(register(last_visit=["2027-02-01", "2027-01-30", "2027-01-31"]))
    assert (facts["visited"], facts["never_visited"]) == (2, 1)
    assert any("1 visit lies after 2027-01-31, in row 1" in each for each in said)


def test_a_visit_still_to_come_does_not_move_the_day_that_is_counted_on():
    later = [str((pd.Timestamp.now() + pd.Timedelta(days=days)).date()) for days in (60, 300)]
    facts, said = told(register(last_visit=["2026-01-30", *later]), asof="")
    assert facts["counted_on"] == "2026-01-30"
    assert (facts["visited"], facts["never_visited"]) == (1, 2)
    assert any("2 visits lie after 2026-01-30, in rows 2, 3" in each for each in said)


def test_rows_without_a_place_are_counted():
    due = register()
    due.geometry = [due.geometry.iloc[0], due.geometry.iloc[1], None]
    with pytest.raises(TableError, match="unmatched"):
        told(due)
    facts, _ = told(due, accept="unmatched")
    assert (facts["households"], facts["households_without_place"]) == (2, 1)


def keyed(**keys):
    """Return a register of three households without coordinates."""
    return pd.DataFrame({"上次走访": ["2025-01-01", "2027-01-30", ""], "户类别": ["ordinary"] * 3, **keys})


def test_households_by_unit_stand_in_its_middle_and_are_in_a_round():
    units = town(4, 2).units
    some = units.index[units["grid_id"] == units["grid_id"].iloc[0]][:2].tolist()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", GridkitWarning)
        plan = gk.visits(town(4, 2), due=keyed(地块编码=[some[0], some[0], some[1]]), asof="2027-01-31")
    layer = plan.layers["visits"]
    assert layer.facts["due"] == 2
    assert layer.facts["doors"] == 2
    middles = units.geometry[some].representative_point()
    assert all(any(point.equals(each) for each in middles) for point in layer.tables["points"].geometry)


def test_households_by_grid_count_there_and_are_in_no_round():
    grids = town(4, 2).grids.index.tolist()
    facts, said = told(keyed(网格=[grids[0], grids[0], grids[1]]))
    assert (facts["households"], facts["households_due"], facts["visit_rounds"]) == (3, 2, 0)
    assert facts["households_without_door"] == 2
    assert any("3 households have a grid and no door" in each for each in said)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", GridkitWarning)
        laid = gk.visits(town(4, 2), due=keyed(网格=[grids[0], grids[0], grids[1]]), asof="2027-01-31")
    assert laid.layers["visits"].tables["grids"]["households"].dropna().to_dict() == {grids[0]: 2, grids[1]: 1}


def test_an_address_names_the_building_that_is_the_door():
    plan = town(4, 2)
    house = plan.units.geometry.iloc[0].representative_point().buffer(3)
    houses = gpd.GeoDataFrame({"name": ["Alder House"]}, geometry=[house], crs=METRES)
    plan = replace(plan, backdrop={**plan.backdrop, "buildings": houses})
    due = keyed(address=["Alder House, room 12", "Alder House 3", "flat 9, Alder House"])
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", GridkitWarning)
        laid = gk.visits(plan, due=due, asof="2027-01-31").layers["visits"]
    assert laid.facts["doors"] == 1
    assert laid.tables["points"].geometry.iloc[0].within(house)
    assert laid.tables["points"]["due"].tolist() == [2]


def test_a_key_that_the_plan_has_not_is_lost_with_a_word_and_the_rest_is_computed():
    grids = town(4, 2).grids.index.tolist()
    due = keyed(网格=[grids[0], "another", grids[1]])
    with pytest.raises(TableError, match="unmatched"):
        told(due)
    facts, _ = told(due, accept="unmatched")
    assert (facts["households"], facts["households_without_place"]) == (2, 1)


def test_a_last_visit_that_is_no_date_is_said_and_not_known():
    facts, said = told(register(last_visit=["2027-01-29", "2027-01-30", "soon"]))
    assert (facts["visited"], facts["never_visited"]) == (2, 1)
    assert any("1 last visit is no date" in each for each in said)


def test_the_day_and_the_office_are_kept(tmp_path):
    plan = town(4, 2)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", GridkitWarning)
        laid = gk.visits(plan, due=register(), asof="2027-01-31", office="120.0,31.0")
    assert laid.layers["visits"].definition.asof == laid.layers["visits"].facts["asof"] == "2027-01-31"
    gk.write_plan(laid, tmp_path / "plan.gpkg")
    assert gk.read_plan(tmp_path / "plan.gpkg").layers["visits"].facts["asof"] == "2027-01-31"
    rows = recipe.facts(laid, titles=True)["by_class"]
    assert [row["class"].said("en") for row in rows] == ["Ordinary households"]


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize(
    ("asked", "error", "said"),
    [
        ({}, UsageError, "nobody is due"),
        ({"due": register(), "walkers": 0}, UsageError, "somebody"),
        ({"due": register(), "shift_hours": 0}, UsageError, "shift"),
        ({"due": register(), "asof": "someday"}, UsageError, "no day"),
        ({"due": register().set_geometry([None] * 3, crs=METRES)}, TableError, "place"),
        ({"due": register().iloc[:0]}, TableError, "no rows"),
    ],
    ids=["nobody", "walkers", "shift", "day", "place", "rows"],
)
def test_what_cannot_be_is_one_clear_line(asked, error, said):
    with pytest.raises(error, match=said):
        gk.visits(town(4, 2), **asked)


def test_the_card_counts_households_visited_in_time():
    spots = [Point(5 + 5 * k, 10) for k in range(30)]
    times = ["2027-01-30"] * 18 + ["2020-01-01"] * 12
    due = gpd.GeoDataFrame({"last_visit": times, "class": ["ordinary"] * 30}, geometry=spots, crs=METRES)
    plan = gk.visits(town(4, 2), due=due, asof="2027-01-31")
    grids = plan.layers["visits"].tables["grids"]
    assert (grids["visited"].sum(), grids["households"].sum(), grids["due"].sum()) == (18, 30, 12)


def test_a_round_through_one_door_has_its_sheet(tmp_path):
    pytest.importorskip("fpdf", reason="fpdf2 is not installed: sheets of rounds NOT checked")
    from gridkit.recipes import patrol

    plan = gk.visits(town(4, 2), due=register().iloc[:1], asof="2027-01-31")
    assert plan.layers["visits"].tables["routes"]["metres"].tolist() == [0]
    patrol.written(plan, tmp_path / "sheet.pdf", "visits", lang="en", overwrite=False)
    assert (tmp_path / "sheet.pdf").read_bytes().startswith(b"%PDF")


@pytest.mark.parametrize(
    ("lang", "sheet", "title"), [("zh", "入户走访路线", "一般户"), ("en", "Visiting rounds", "Ordinary households")]
)
def test_the_workbook_calls_classes_of_visits_by_their_titles(tmp_path, lang, sheet, title):
    plan = gk.visits(town(4, 2), due=register(), asof="2027-01-31")
    book = openpyxl.load_workbook(gk.report(plan, tmp_path / "v.xlsx", lang=lang))
    cells = [cell for row in book[sheet].iter_rows(values_only=True) for cell in row if cell is not None]
    assert title in cells
    assert "ordinary" not in cells
    due = cells[cells.index(title) + 1 :][:3]
    assert due == [3, 2, 1]
