"""A plan lives: redrawn with little change, edited and undone, commented and answered, parted and joined."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import openpyxl
import pytest

import gridkit as gk
from gridkit.errors import TableError, UsageError
from gridkit.recipes import codes, edits, plans, subdistricts

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = pytest.mark.filterwarnings("ignore::gridkit.GridkitWarning")


@pytest.fixture(scope="module")
def plan(demo_dir: Path) -> gk.Plan:
    """Return a plan of the made-up district in its five communities."""
    return gk.split(
        f"{demo_dir / 'district.gpkg'}:communities",
        parents="code",
        osm=demo_dir / "district.osm.pbf",
        people=demo_dir / "population.tif",
        target=1000,
        tolerance=0.2,
        effort=0.3,
    )


@pytest.mark.slow
def test_eight_per_cent_more_people_in_one_quarter_leave_the_others_where_they_are(
    plan: gk.Plan, tmp_path: Path
) -> None:
    quarter = plan.districts.index[0]
    grown = plan.units.assign(
        people=plan.units["people"].where(plan.units["parent"] != quarter, plan.units["people"] * 1.08)
    )
    census = tmp_path / "census.gpkg"
    grown[["people", "geometry"]].reset_index(drop=True).to_file(census)
    redrawn = gk.redraw(plan, people=f"{census}:people", reason="census")
    found = gk.compare(plan, redrawn)
    others = plan.units[plan.units["parent"] != quarter]
    moved = found.moved[found.moved["unit_id"].isin(others.index)]
    assert moved["people"].sum() <= 0.05 * others["people"].sum()
    assert redrawn.history[-1].parameters["reason"] == "census"
    assert gk.undo(redrawn).digest == plan.digest


def test_a_grid_is_parted_merged_again_and_both_undone_to_the_identical_plan(plan: gk.Plan) -> None:
    grid = plan.grids["units"].idxmax()
    parted = gk.redraw(plan, splits=f"{grid}=2", loose=True)
    assert len(parted.grids) == len(plan.grids) + 1
    assert gk.undo(parted).digest == plan.digest
    assert gk.undo(parted).units.equals(plan.units)


def test_the_same_plan_compared_with_itself_shows_nothing(plan: gk.Plan) -> None:
    assert gk.compare(plan, plan).empty


def test_last_years_grids_are_compared_in_any_crs(plan: gk.Plan, demo_dir: Path, tmp_path: Path) -> None:
    path = plans.write_plan(plan, tmp_path / "plan.gpkg")
    found = gk.compare(str(demo_dir / "grids_last_year.gpkg"), str(path))
    assert found.facts
    assert not found.empty
    with pytest.raises(UsageError, match="not a plan of gridkit"):
        gk.compare(str(path), str(demo_dir / "grids_last_year.gpkg"))


def test_two_officials_who_disagree_are_both_heard_and_answered(plan: gk.Plan, tmp_path: Path) -> None:
    border = plan.borders[plan.borders["link"] == "border"]
    grid = plan.units["grid_id"]
    parent = plan.units["parent"]
    pairs = border[
        (grid[border["unit_id"]].to_numpy() != grid[border["neighbour"]].to_numpy())
        & (parent[border["unit_id"]].to_numpy() == parent[border["neighbour"]].to_numpy())
    ]
    unit, first = pairs.iloc[0]["unit_id"], pairs.iloc[0]["neighbour"]
    second = next(name for name in plan.grids.index if name not in (grid[unit], grid[first]))
    files = [
        write_move(tmp_path / f"{number}.json", plan, unit, to, f"官员{number}")
        for number, to in enumerate((grid[first], second))
    ]
    taken = gk.import_edits(plan, files)
    said = edits.list_edits(taken)
    assert {row["to_grid"] for row in said["conflicts"]} == {grid[first], second}
    assert taken.digest == plan.digest, "nothing is applied while they disagree"
    sheet = edits.reply_edits(taken, tmp_path / "reply.xlsx", lang="zh")
    rows = list(openpyxl.load_workbook(sheet).active.values)
    assert len(rows) == 1 + len(said["wishes"])
    with pytest.raises(UsageError, match="no decision"):
        edits.decide_edits(taken, {"x": "perhaps"})


def write_move(path: Path, plan: gk.Plan, unit: str, to: str, author: str) -> Path:
    move = {"unit_id": unit, "from": plan.units.loc[unit, "grid_id"], "to": to, "reason": "=1+1"}
    body = {"schema": "gridkit-edits", "version": 1, "plan": plan.digest, "author": author}
    path.write_text(json.dumps({**body, "moves": [move], "locks": [], "comments": []}), encoding="utf-8")
    return path


@pytest.mark.slow
def test_a_plan_is_parted_by_community_and_joined_again(plan: gk.Plan, tmp_path: Path) -> None:
    files = subdistricts.part(plan, "name", tmp_path / "parts")
    assert len(files) == len(plan.districts)
    parts = {path.stem: gk.read_plan(path) for path in files}
    assert subdistricts.join(plan, parts).digest == plan.digest
    with pytest.raises(TableError, match="no column"):
        subdistricts.part(plan, "strete", tmp_path)


def test_codes_follow_a_new_template(plan: gk.Plan) -> None:
    coded = codes.codes(plan, "Q-{seq:4}")
    assert coded.grids.index.str.fullmatch(r"Q-\d{4}").all()
    assert coded.history[-1].command == "codes"


def test_two_years_of_incidents_are_one_table_with_a_trend(plan: gk.Plan, demo_dir: Path) -> None:
    years = [demo_dir / "incidents_last_year.csv", demo_dir / "incidents.csv"]
    laid = gk.layer(plan, "incidents", data=years, datum="gcj02").layers["incidents"]
    assert laid.facts["first"][:4] != laid.facts["last"][:4]
    located = sum(each["located"] for each in laid.facts["read"]["files"])
    assert laid.facts["inside"] + laid.facts["outside"] == located
    assert (
        laid.facts["total"]
        == located + laid.facts["without_place"]
        == sum(each["rows"] for each in laid.facts["read"]["files"])
    )
    assert laid.facts["without_place"] > 0, "some have an address only"
    assert laid.facts["before"] > 0.8 * laid.facts["now"], "the same months of the year before"
