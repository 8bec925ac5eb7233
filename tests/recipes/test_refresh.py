"""Whatever is done to a plan, what was derived from its grids is as if it had been made from the last ones."""

from __future__ import annotations

import json
import re
import subprocess
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import geopandas as gpd
import numpy as np
import openpyxl
import pandas as pd
import pytest
from freshness import KINDS, assert_fresh, step
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from plans import Size, crooked_plan

import gridkit as gk
from gridkit.errors import GridkitError
from gridkit.plan.life.redraw import Change, redraw
from gridkit.recipes.layer import layer
from gridkit.recipes.plans import write_plan
from gridkit.recipes.refresh import current, refresh
from gridkit.render.page.payload import open_island

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = pytest.mark.filterwarnings("ignore::gridkit.GridkitWarning")


@pytest.fixture(scope="module")
def plan() -> gk.Plan:
    """Return a plan of 16 grids with incidents and clinics that a user brought."""
    bare = replace(crooked_plan(Size(side=8, incidents=10)), layers={})
    rng = np.random.default_rng(5)
    west, south, east, north = bare.units.total_bounds
    spots = gpd.points_from_xy(rng.uniform(west, east, 400), rng.uniform(south, north, 400), crs=bare.crs)
    times = pd.Timestamp("2026-01-01") + pd.to_timedelta(rng.integers(0, 300, 400), unit="D")
    events = gpd.GeoDataFrame({"id": [f"e{k}" for k in range(400)], "time": times}, geometry=spots)
    clinics = gpd.GeoDataFrame({"id": ["a", "b"], "name": ["north", "south"]}, geometry=spots[:2])
    laid = layer(layer(bare, "incidents", data=events), "clinics", data=clinics)
    laid = layer(laid, "next-clinics")
    return refresh(gk.audit(laid).kept(laid))


@pytest.mark.slow
@given(turns=st.lists(st.integers(0, KINDS - 1), min_size=1, max_size=4), seed=st.integers(0, 99))
@settings(max_examples=8, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_after_any_changes_all_that_is_derived_equals_what_is_made_from_scratch(
    plan: gk.Plan, turns: list[int], seed: int, tmp_path: Path
) -> None:
    rng = np.random.default_rng(seed)
    for turn in turns:
        plan = step(plan, turn, rng, tmp_path)
    assert_fresh(plan)


def test_new_codes_are_in_all_that_is_derived(plan: gk.Plan) -> None:
    assert_fresh(gk.codes(plan))


@pytest.mark.slow
def test_parts_and_the_whole_that_is_joined_of_them_are_as_made_from_scratch(plan: gk.Plan, tmp_path: Path) -> None:
    paths = gk.part(plan, "name", tmp_path / "parts")
    parts = {path.stem: gk.read_plan(path) for path in paths}
    for part in parts.values():
        assert_fresh(part)
    name = max(parts, key=lambda each: len(parts[each].grids))
    grid = parts[name].grids["units"].idxmax()
    parts[name] = gk.redraw(parts[name], gk.Wishes(splits=(f"{grid}=2",), loose=True))
    assert_fresh(gk.join(plan, parts))


RELATIVE = {
    *("smoothed", "hot_ratio", "hot_q", "gi_z", "gi_q", "moran", "moran_quarter", "moran_q", "alone_q"),
}
"""Measures that compare a grid with all others, or draw on its neighbours: they may follow an edit elsewhere."""


def test_an_edit_elsewhere_changes_no_figure_of_a_grid_to_the_last_bit(plan: gk.Plan, tmp_path: Path) -> None:
    rng = np.random.default_rng(11)
    units = plan.units.assign(people=rng.uniform(100.0, 500.0, len(plan.units)))
    uneven = refresh(replace(plan, units=units.assign(households=units["people"] / 3.1)))
    grid = uneven.units["grid_id"]
    one, two = (grid.loc[uneven.borders[end]].to_numpy() for end in ("unit_id", "neighbour"))
    parents = uneven.grids["parent"]
    moved = 0
    for at in np.flatnonzero(one != two):
        if moved == 2 or parents[one[at]] != parents[two[at]]:
            continue
        try:
            after = gk.redraw(uneven, moves=(f"{uneven.borders['unit_id'].iloc[at]}={two[at]}",), loose=True)
        except GridkitError:
            continue
        moved += 1
        others = [name for name in uneven.grids.index if name not in (one[at], two[at])]
        assert len(others) == len(uneven.grids) - 2
        assert same_bits(uneven.grids.loc[others], after.grids.loc[others])
        for name, held in uneven.layers.items():
            if "grids" in held.tables:
                tables = [each.layers[name].tables["grids"].loc[others] for each in (uneven, after)]
                kept = [column for column in tables[0] if column not in RELATIVE]
                assert kept
                assert same_bits(*(table[kept] for table in tables)), name
    assert moved == 2


def same_bits(one: pd.DataFrame, two: pd.DataFrame) -> bool:
    """Return whether two tables are the same in every cell, shapes and last bits included."""
    plain = [pd.DataFrame(each).map(lambda cell: cell.wkb if hasattr(cell, "wkb") else cell) for each in (one, two)]
    return plain[0].equals(plain[1])


def test_a_split_grid_takes_its_incidents_with_it(plan: gk.Plan) -> None:
    grid = plan.grids["units"].idxmax()
    parted = gk.redraw(plan, gk.Wishes(splits=(f"{grid}=2",), loose=True))
    (new,) = set(parted.grids.index) - set(plan.grids.index)
    count = parted.layers["incidents"].tables["grids"]["count"]
    assert count.sum() == plan.layers["incidents"].tables["grids"]["count"].sum()
    assert count[new] == parted.layers["incidents"].tables["points"]["grid_id"].eq(new).sum() > 0


def test_undo_gives_back_the_identical_plan_with_its_layers(plan: gk.Plan) -> None:
    grid = plan.grids["units"].idxmax()
    back = gk.undo(gk.redraw(plan, gk.Wishes(splits=(f"{grid}=2",), loose=True)))
    assert back.units.equals(plan.units)
    for name, held in plan.layers.items():
        for part, table in held.tables.items():
            pd.testing.assert_frame_equal(
                pd.DataFrame(back.layers[name].tables[part]), pd.DataFrame(table), check_like=True
            )


def test_the_search_for_sites_starts_from_the_clinics_that_were_brought(plan: gk.Plan) -> None:
    facts = plan.layers["next-clinics"].facts
    assert facts["existing"] == 2
    assert facts["share_before"] == pytest.approx(plan.layers["clinics"].facts["share_within_15"])


def test_new_people_make_a_layer_stale_though_no_unit_changed_its_grid(plan: gk.Plan) -> None:
    grown = replace(plan, units=plan.units.assign(people=plan.units["people"] * 2))
    assert grown.digest == plan.digest
    assert "incidents" in grown.stale
    rate = refresh(grown).layers["incidents"].tables["grids"]["rate"]
    pd.testing.assert_series_equal(rate, plan.layers["incidents"].tables["grids"]["rate"] / 2)


def test_the_order_of_rows_makes_nothing_stale(plan: gk.Plan) -> None:
    assert replace(plan, units=plan.units.iloc[::-1]).state == plan.state


def test_a_layer_without_its_data_stays_stale_and_is_named(plan: gk.Plan) -> None:
    bare = without_data(plan)
    assert "incidents" in refresh(bare).stale
    with pytest.warns(gk.GridkitWarning, match="left out: Incidents"):
        shown = current(bare)
    assert shown.stale == ()
    assert "incidents" not in shown.layers
    assert "balance" not in bare.layers or "balance" in shown.layers


def without_data(plan: gk.Plan) -> gk.Plan:
    """Return a plan with other people, whose incidents were lost: their layer cannot be measured again."""
    return replace(plan, brought={}, units=plan.units.assign(people=plan.units["people"] * 2))


def _booked(plan: gk.Plan, folder: Path) -> str:
    book = openpyxl.load_workbook(gk.report(plan, folder / "report.xlsx", lang="en"))
    return " ".join(str(cell) for sheet in book for row in sheet.iter_rows(values_only=True) for cell in row)


def _carded(plan: gk.Plan, folder: Path) -> str:
    file = gk.cards(plan, folder / "cards.pdf", lang="en", grids=list(plan.grids.index[:1]))
    return subprocess.run(["pdftotext", "-layout", file, "-"], capture_output=True, text=True, check=True).stdout


def _drawn(page: str) -> str:
    found = re.search(r'id="gk-island">([^<]*)<', page)
    assert found is not None
    return json.dumps(open_island(found[1])["plans"])


def _published(plan: gk.Plan, folder: Path) -> str:
    done = gk.publish(replace(plan, origin=None), folder / "public", lang="en")
    return _drawn(done.files["page"].read_text(encoding="utf-8")) + json.dumps(done.report, default=str)


def _exported(plan: gk.Plan, folder: Path) -> str:
    gk.export(plan, folder / "grids.csv")
    return (folder / "grids.csv").read_text(encoding="utf-8-sig")


SAYS: dict[str, Any] = {
    "audit": lambda plan, _: repr(gk.audit(plan).report()),
    "report": _booked,
    "map": lambda plan, _: _drawn(gk.map(plan, lang="en").to_html()),
    "cards": _carded,
    "export": _exported,
    "publish": _published,
    "standing": lambda plan, _: repr(gk.standing(plan).standing) + repr(gk.standing(plan, "approved").standing),
    "departments": lambda plan, _: repr(
        gk.departments_overlay(plan, {"net": "parent"}).layers["departments"].tables["grids"]
    ),
}
"""What each command that reads a plan says of it, as text."""


@pytest.mark.parametrize("command", SAYS)
def test_every_command_names_what_is_stale_and_shows_none_of_it(plan: gk.Plan, tmp_path: Path, command: str) -> None:
    fresh = SAYS[command](plan, tmp_path)
    (tmp_path / "bare").mkdir()
    with pytest.warns(gk.GridkitWarning, match="made from other grids or tables than those of now.*[Ii]ncidents"):
        said = SAYS[command](without_data(plan), tmp_path / "bare")
    names = ("incidents_count", '"layer": "incidents"', "Incidents ")
    shown = [name for name in names if name in fresh]
    assert bool(shown) == (command in ("report", "map", "cards", "export", "publish"))
    assert not [name for name in shown if name in said]


def test_a_stale_layer_is_not_exported_by_its_name(plan: gk.Plan, tmp_path: Path) -> None:
    with pytest.warns(gk.GridkitWarning), pytest.raises(gk.GridkitError, match="measured on other grids"):
        gk.export(without_data(plan), tmp_path / "incidents.csv", table="incidents")


def test_a_plan_file_keeps_what_its_layers_need(plan: gk.Plan, tmp_path: Path) -> None:
    back = gk.read_plan(write_plan(plan, tmp_path / "plan.gpkg"))
    assert back.made == plan.made
    assert back.stale == ()
    grid = back.grids["units"].idxmax()
    assert_fresh(gk.redraw(back, gk.Wishes(splits=(f"{grid}=2",), loose=True)))


@pytest.mark.slow
def test_undo_gives_back_units_that_were_cut_anew(plan: gk.Plan, tmp_path: Path) -> None:
    shifted = plan.units.set_geometry(plan.units.geometry.translate(0.5, 0.0))
    change = Change(units=shifted.drop(columns="grid_id"), borders=plan.borders.iloc[::-1], reason="new survey")
    redrawn = refresh(redraw(plan, change))
    file = write_plan(redrawn, tmp_path / "redrawn.gpkg")
    back = gk.undo(gk.read_plan(file))
    assert back.state == plan.state
    assert back.past == {}
    pd.testing.assert_frame_equal(pd.DataFrame(back.units), pd.DataFrame(plan.units), check_like=True)
    pd.testing.assert_frame_equal(pd.DataFrame(back.borders), pd.DataFrame(plan.borders), check_like=True)
    assert back.attributes is not None
    assert plan.attributes is not None
    assert back.attributes.index.tolist() == plan.attributes.index.tolist()
    assert_fresh(back)


def test_undo_keeps_the_names_and_heads_of_grids_that_had_gone(plan: gk.Plan) -> None:
    grid = plan.units["grid_id"]
    ends = (grid.loc[plan.borders[end]] for end in ("unit_id", "neighbour"))
    pair = next(
        (str(a), str(b))
        for a, b in zip(*ends, strict=True)
        if a != b and plan.grids["parent"][a] == plan.grids["parent"][b]
    )
    merged = gk.redraw(plan, merges=(",".join(pair),), loose=True)
    back = gk.undo(merged)
    assert back.attributes is not None
    assert plan.attributes is not None
    pd.testing.assert_frame_equal(back.attributes, plan.attributes)


def test_another_range_of_size_is_another_state_though_no_unit_changes_its_grid():
    bare = gk.layer(replace(crooked_plan(Size(side=6, incidents=0)), layers={}), "balance")
    plan = refresh(gk.audit(bare).kept(bare))
    own = plan.parameters
    wide = refresh(plan.having(parameters=replace(own, low=0.5 * own.low, high=2 * own.high)))
    assert wide.digest == plan.digest
    assert wide.state != plan.state
    assert len(wide.records["findings"]) < len(plan.records["findings"])
    assert_fresh(wide)
