"""A plan remembers what was published of it through every change, and what comes next tells nothing beside it."""

from __future__ import annotations

import json
from dataclasses import replace

import pandas as pd
import pytest
from publications import LIMIT, attacked, moved, step, with_events, world

import gridkit as gk
from gridkit.catalog.map_views import maps
from gridkit.errors import UsageError
from gridkit.measure.incidents import layer
from gridkit.plan.life import history, subdistricts
from gridkit.plan.published import NAMES, Book, layout_of, sheets
from gridkit.recipes.published import remembered
from gridkit.recipes.refresh import refresh
from gridkit.render.page.compose import compose
from gridkit.store import geopackage


@pytest.fixture(autouse=True)
def _quick(monkeypatch):
    """Ask only what the pages print."""
    monkeypatch.setattr(layer, "QUESTIONS", (layer._trends, layer._closed))


def published(seed=2, side=8, names=("incidents",)):
    made = world(seed, side)
    made.plan = made.publish(made.plan, names)
    assert made.published
    return made


def withheld(plan, *names):
    """Return the rows of events that the next page of some layers withholds."""
    page = compose(plan, replace(maps()["public"], layers=names))
    return set(page.withheld.book.sheets[1].hidden)


def test_an_edition_says_what_was_printed_and_what_was_withheld():
    plan = published().plan
    row = plan.records["published"].iloc[0]
    assert row["view"] == "public"
    assert row["layout"] == layout_of(plan.grids)
    assert row["least"] >= LIMIT
    assert json.loads(row["layers"])["incidents"][0].startswith("2024")
    cells = [json.loads(text) for text in plan.records["published_cells"]["printed"]]
    hidden = {grid for sheet in sheets(plan) for grid in sheet.hidden if "incidents" in sheet.columns[0]}
    assert hidden
    told = dict(zip(plan.records["published_cells"]["grid_id"], cells, strict=True))
    assert all(told[grid]["incidents/count"] is None for grid in sheets(plan)[1].hidden)
    shown = set(told) - sheets(plan)[1].hidden
    counts = plan.layers["incidents"].tables["grids"]["count"]
    assert all(told[grid]["incidents/count"] == counts[grid] for grid in shown)


def test_a_plan_file_keeps_its_editions(tmp_path):
    plan = published().plan
    back = geopackage.read(geopackage.write(plan, tmp_path / "plan.gpkg"))
    assert sheets(back) == sheets(plan)
    for name in NAMES:
        pd.testing.assert_frame_equal(
            pd.DataFrame(back.records[name]).drop(columns="geometry", errors="ignore"),
            pd.DataFrame(plan.records[name]).drop(columns="geometry", errors="ignore"),
            check_dtype=False,
        )


def test_edit_undo_and_refresh_carry_the_editions():
    made = published()
    before = sheets(made.plan)
    moved(made)
    assert sheets(made.plan) == before
    assert sheets(refresh(history.undo(made.plan))) == before


def test_imported_edits_and_new_codes_carry_the_editions(tmp_path):
    made = published()
    before, grid = sheets(made.plan), str(made.plan.grids.index[0])
    lock = {"id": "k3x9q2a0-1", "time": "2026-11-29T04:00:00.000Z", "act": "lock", "grid_id": grid, "locked": True}
    body = {"schema": "gridkit-edits", "version": 2, "plan": made.plan.digest, "acts": [lock]}
    (tmp_path / "edits.json").write_text(json.dumps(body), encoding="utf-8")
    taken = gk.import_edits(made.plan, [tmp_path / "edits.json"])
    assert taken.units.loc[taken.units["grid_id"] == grid, "lock"].notna().all()
    assert sheets(taken) == before
    made.plan = gk.codes(taken)
    assert set(made.plan.grids.index) != set(taken.grids.index)
    assert sheets(made.plan) == before
    made.plan = made.publish(made.plan, ("crime",))
    assert len(made.plan.records["published"]) == 2
    small, recovered, proven = attacked(made, 40)
    assert small > 10
    assert (recovered, proven) == (0, 0)


def test_parts_carry_the_editions_and_bring_back_their_own():
    made = published()
    parts = {name: refresh(part) for name, part in subdistricts.part(made.plan, "name").items()}
    assert all(sheets(part) == sheets(made.plan) for part in parts.values())
    name = max(parts, key=lambda each: len(parts[each].layers["crime"].tables["points"]))
    own = set(parts[name].districts.index)
    assert set(parts[name].records["published_counts"]["parent"].dropna()) <= own
    parts[name] = made.publish(parts[name], ("crime",))
    whole = subdistricts.join(made.plan, parts)
    assert len(whole.records["published"]) == 2
    assert set(sheets(whole)) == set(sheets(made.plan)) | set(sheets(parts[name]))
    crime = whole.records["published_counts"]["columns"].str.contains("crime/count@")
    assert crime.sum() == len(parts[name].layers["crime"].tables["points"])


def test_the_same_page_again_withholds_the_same():
    made = published()
    assert withheld(made.plan, "incidents") == set(sheets(made.plan)[1].hidden)


def test_a_layer_after_the_sum_and_its_complement_withholds_more_than_alone():
    made = published(names=("incidents",))
    alone = withheld(made.plan, "disputes")
    made.plan = made.publish(made.plan, ("crime",))
    assert withheld(made.plan, "disputes") >= alone
    assert withheld(made.plan, "disputes") > withheld(replace(made.plan, records={}), "disputes")


def test_a_layer_without_points_is_not_published_again_on_other_grids():
    made = published()
    laid = made.plan.layers["incidents"]
    bare = replace(laid, tables={"grids": laid.tables["grids"]})
    plan = replace(made.plan, layers={**made.plan.layers, "incidents": bare}, records={})
    book = Book(plan)
    name = book.counts(bare, "count", bare.tables["grids"]["count"])
    assert name.startswith("incidents/count@")
    page = compose(plan, replace(maps()["public"], layers=("incidents",)))
    kept = remembered(plan, page, "public")
    made.plan = replace(kept, brought={})
    moved(made)
    elsewhere = replace(
        made.plan, layers={"incidents": replace(bare, digest=made.plan.state, tables={"grids": laid.tables["grids"]})}
    )
    with pytest.raises(UsageError, match="published on other grids"):
        compose(elsewhere, replace(maps()["public"], layers=("incidents",)))


def test_months_that_are_added_do_not_tell_the_months():
    made = published()
    made.months += 1
    made.laid()
    made.plan = made.publish(made.plan, ("incidents",))
    assert len(made.published) == 2
    small, recovered, proven = attacked(made, 60)
    assert small > 10
    assert (recovered, proven) == (0, 0)


@pytest.mark.slow
@pytest.mark.parametrize("seed", [3, 4])
def test_a_reader_of_a_series_of_publications_gets_no_small_count_out_of_them(seed):
    made = published(seed, 8)
    for _ in range(3):
        step(made)
    small, recovered, proven = attacked(made, 60)
    assert small > 10
    assert (recovered, proven) == (0, 0)


def test_the_same_reader_takes_a_series_apart_that_nobody_remembered():
    made = world(1, 12)
    made.remembering = False
    for names in (("incidents",), ("crime",), ("disputes",)):
        made.publish(made.plan, names)
    _, recovered, proven = attacked(made, 120)
    assert recovered > 2
    assert proven > 10


def test_with_events_lays_a_layer_that_counts_them():
    made = world(0, 8)
    plan = with_events(made.plan, "crime", made.known("crime"))
    assert plan.layers["crime"].tables["grids"]["count"].sum() == len(plan.layers["crime"].tables["points"])
