"""What a layer was measured from, and when that is another thing now."""

from __future__ import annotations

from dataclasses import replace

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
from shapely.geometry import MultiPolygon, Point, box
from towns import town

import gridkit as gk
from gridkit.catalog import definitions
from gridkit.catalog.layer import Layer
from gridkit.language.phrases import Phrase
from gridkit.options.wording import ON_COMMAND_LINE
from gridkit.plan import ingredients
from gridkit.recipes.plans import write_plan

pytestmark = pytest.mark.filterwarnings("ignore::gridkit.errors.GridkitWarning")
TOWN = town(wide=12, blocks=3)


def clinics(x: float) -> gpd.GeoDataFrame:
    return gpd.GeoDataFrame({"id": ["a"], "name": ["north"]}, geometry=[Point(x, 150)], crs=TOWN.crs)


@pytest.fixture(scope="module")
def plan() -> gk.Plan:
    laid = gk.layer(gk.layer(TOWN, "clinics", data=clinics(50)), "next-clinics")
    return gk.layer(laid, "circle-15")


@pytest.mark.parametrize(
    ("other", "same"),
    [
        (lambda table: table.assign(n=table["n"].astype(float)), True),
        (lambda table: table.assign(geometry=[MultiPolygon([each]) for each in table.geometry]), True),
        (lambda table: table.assign(word=[None, None]), True),
        (lambda table: table.assign(n=[1, 3]), False),
        (lambda table: table.assign(day=table["day"] + pd.Timedelta("1s")), False),
        (lambda table: table.set_geometry(table.translate(1e-6)), False),
        (lambda table: table.iloc[::-1], False),
    ],
)
def test_a_digest_is_of_what_a_table_says_and_not_of_how_it_is_kept(other, same):
    days = pd.to_datetime(["2026-01-01", None])
    table = gpd.GeoDataFrame(
        {"n": [1, 2], "text": ["a", None], "day": days}, geometry=[box(0, 0, 1, 1), box(1, 0, 2, 1)]
    )
    changed = gpd.GeoDataFrame(other(table), geometry="geometry")
    assert (ingredients.digest(table) == ingredients.digest(changed)) == same


def test_a_layer_that_counts_on_others_places_is_measured_again_when_those_are_brought(plan):
    there = gk.layer(plan, "clinics", data=clinics(1150))
    assert there.stale == ()
    for name in ("next-clinics", "circle-15"):
        again = gk.layer(there, name)
        pd.testing.assert_frame_equal(there.layers[name].tables["units"], again.layers[name].tables["units"])
    before, after = (each.layers["next-clinics"].tables["units"]["minutes_before"] for each in (plan, there))
    assert not np.allclose(before, after)


def test_what_was_brought_otherwise_makes_stale_what_asked_for_it_and_nothing_else(plan):
    other = replace(plan, brought={**plan.brought, "clinics": clinics(1150)})
    assert other.stale == ("next-clinics", "circle-15")
    shown = {column.split("_")[0] for column in other.measures.columns}
    assert "clinics" in shown
    assert not {"next-clinics", "circle-15"} & shown
    assert gk.refresh(other).stale == ()


def test_what_was_not_there_is_asked_for_too():
    bare = gk.layer(TOWN, "next-clinics")
    assert replace(bare, brought={"clinics": clinics(50)}).stale == ("next-clinics",)
    assert replace(bare, brought={"schools": clinics(50)}).stale == ()


def test_a_plan_file_keeps_what_layers_were_measured_from(plan, tmp_path):
    back = gk.read_plan(write_plan(plan, tmp_path / "plan.gpkg"))
    assert back.stale == ()
    assert {name: dict(each.inputs) for name, each in back.layers.items()} == {
        name: dict(each.inputs) for name, each in plan.layers.items()
    }
    assert replace(back, brought={}).stale == ("next-clinics", "circle-15")


def test_what_a_layer_tells_is_the_same_however_its_sentences_name_options():
    own = definitions.layers()["balance"]
    here = Layer(own, {}, {"n": 5, "why": Phrase("add --overwrite"), "notes": [Phrase("no datum is named")]})
    given = ON_COMMAND_LINE.set(True)
    try:
        there = Layer(own, {}, {"why": Phrase("add --overwrite"), "n": np.int64(5)})
    finally:
        ON_COMMAND_LINE.reset(given)
    assert str(here.facts["why"]) != str(there.facts["why"])
    one, other = (ingredients.of(TOWN.with_layer(each), {"layers": ["balance"]}, "", ()) for each in (here, there))
    assert one == other
    more = replace(here, facts={**here.facts, "n": 6})
    assert ingredients.of(TOWN.with_layer(more), {"layers": ["balance"]}, "", ()) != one
