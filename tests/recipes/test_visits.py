"""Visits on a plan: what is read of a register, what is said of its rest, and what the card makes of it."""

from __future__ import annotations

import warnings

import geopandas as gpd
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


def told(due, asof="2027-01-31"):
    """Return the facts of visits, and all that is warned of."""
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always", GridkitWarning)
        plan = gk.visits(town(4, 2), due=due, asof=asof)
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


def test_a_visit_still_to_come_is_said_and_tells_nothing_of_the_last():
    facts, said = told(register(last_visit=["2027-02-01", "2027-01-30", "2027-01-31"]))
    assert (facts["visited"], facts["never_visited"]) == (2, 1)
    assert any("1 visit lies after 2027-01-31" in each for each in said)


def test_rows_without_a_place_are_counted():
    due = register()
    due.geometry = [due.geometry.iloc[0], due.geometry.iloc[1], None]
    facts, _ = told(due)
    assert (facts["households"], facts["households_without_place"]) == (2, 1)


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize(
    ("asked", "error", "said"),
    [
        ({}, UsageError, "nobody is due"),
        ({"due": register(), "walkers": 0}, UsageError, "somebody"),
        ({"due": register(), "shift_hours": 0}, UsageError, "shift"),
        ({"due": register(), "asof": "someday"}, UsageError, "no day"),
        ({"due": register().set_geometry([None] * 3, crs=METRES)}, TableError, "place"),
    ],
    ids=["nobody", "walkers", "shift", "day", "place"],
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
