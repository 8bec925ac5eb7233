"""Every object shows itself in a few lines, escapes what comes from data, and equals a copy of itself."""

from __future__ import annotations

from copy import deepcopy
from dataclasses import replace
from html.parser import HTMLParser

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
from hostile import HOSTILE
from plans import crooked_plan
from shapely.geometry import Point

import gridkit as gk
from gridkit.catalog.presets import presets
from gridkit.display import MOST_LINES, MOST_SIGNS, card, cut, lines, same
from gridkit.plan.audit.audit import audit
from gridkit.plan.compare import compare
from gridkit.recipes.layer import layer
from gridkit.recipes.units import Survey


@pytest.fixture(scope="module")
def plan() -> gk.Plan:
    return layer(replace(crooked_plan(), layers={}), "balance")


@pytest.fixture(scope="module")
def shown(plan: gk.Plan) -> dict[str, object]:
    return {
        "plan": plan,
        "layer": plan.layers["balance"],
        "survey": Survey(plan.districts, plan.units, plan.borders, gk.Extract(plan.backdrop, plan.crs)),
        "comparison": compare(plan, plan),
        "audit": audit(plan, presets()["cn-social"]),
        "layers": gk.layers(),
        "maps": gk.maps(),
        "presets": gk.presets(),
    }


NAMES = ("plan", "layer", "survey", "comparison", "audit", "layers", "maps", "presets")


class Tags(HTMLParser):
    """The tags of a page, and whether each one was closed."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.seen: set[str] = set()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.seen.add(tag)
        self.open.append(tag)
        assert not [name for name, _ in attrs if name.startswith("on")]

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag


def tags(html: str) -> set[str]:
    read = Tags()
    read.feed(html)
    assert read.open == []
    return read.seen


@pytest.mark.parametrize("name", NAMES)
def test_a_repr_has_at_most_ten_lines(name: str, shown: dict[str, object]) -> None:
    said = repr(shown[name])
    assert said.startswith("<")
    assert said.count("\n") < MOST_LINES
    assert max(map(len, said.splitlines())) <= MOST_SIGNS + 2


@pytest.mark.parametrize("name", NAMES)
def test_a_notebook_shows_whole_html(name: str, shown: dict[str, object]) -> None:
    html = shown[name]._repr_html_()  # type: ignore[attr-defined]
    assert len(html) < 200_000
    assert "table" in tags(html)


def hostile(plan: gk.Plan) -> gk.Plan:
    """Return a plan of which every name comes from an attacker."""
    names = [HOSTILE[n % len(HOSTILE)] for n in range(len(plan.units))]
    return replace(
        plan,
        parameters=replace(plan.parameters, title=" ".join(HOSTILE)),
        units=plan.units.assign(parent=names, grid_id=names),
        districts=plan.districts.iloc[:1].assign(name=HOSTILE[0]),
        layers={},
        attributes=None,
    )


def test_no_text_from_data_becomes_html(plan: gk.Plan) -> None:
    measured = layer(hostile(plan), "balance")
    survey = Survey(measured.districts, measured.units, measured.borders, gk.Extract({}, plan.crs), notes=HOSTILE)
    known = {"div", "b", "table", "caption", "thead", "tbody", "tr", "th", "td", "figure", "figcaption", "svg", "path"}
    for one in (measured, measured.layers["balance"], survey, compare(plan, measured)):
        assert tags(one._repr_html_()) <= known | {"title"}


def test_a_long_list_of_facts_is_cut() -> None:
    said = lines("Many", {f"fact {n}": "x" * 500 for n in range(40)})
    assert said.count("\n") < MOST_LINES
    assert "32 more" in said
    assert cut("a\nb") == "a b"
    assert "<td></td>" in card("none", {"a": None, "b": np.nan})


# ------------------------------------------------------------------ the same
def test_a_plan_equals_its_copy_and_no_changed_one(plan: gk.Plan) -> None:
    copy = deepcopy(plan)
    assert copy == plan
    assert hash(copy) == hash(plan)
    assert copy != replace(plan, parameters=replace(plan.parameters, seed=7))
    assert copy != replace(plan, units=plan.units.assign(people=plan.units["people"] + 1))
    assert copy.layers["balance"] == plan.layers["balance"]
    assert plan != "plan"
    assert len({plan, copy}) == 1


def test_tables_are_the_same_by_cells_index_and_crs() -> None:
    one = gpd.GeoDataFrame({"a": [1.0, np.nan]}, geometry=[Point(0, 0), Point(1, 1)], crs=32650)
    assert same(one, one.copy())
    assert not same(one, one.set_crs(32651, allow_override=True))
    assert not same(one, one.rename_axis("other"))
    assert not same(one, pd.DataFrame(one))
    assert not same({"a": one}, {"b": one})
    assert not same((1, 2), [1, 2])


# ------------------------------------------------------------------ drawn and summed up
def test_measures_join_the_columns_of_every_layer(plan: gk.Plan) -> None:
    table = plan.measures
    own = plan.layers["balance"].tables["grids"]
    assert {f"balance_{name}" for name in own.columns} <= set(table.columns)
    assert table.index.equals(plan.grids.index)
    stale = replace(plan, units=plan.units.assign(people=plan.units["people"] + 1))
    assert not [name for name in stale.measures.columns if name.startswith("balance_")]


def test_a_plan_sums_itself_up_and_draws_itself(plan: gk.Plan) -> None:
    import matplotlib as mpl

    mpl.use("Agg")
    assert plan.summary()["grids"] == len(plan.grids)
    axes = plan.plot()
    assert len(axes.collections[0].get_paths()) >= len(plan.grids)
    with pytest.raises(gk.GridkitError, match="did you mean 'people'"):
        plan.plot("peopel")


def test_an_explored_plan_carries_no_text_as_html(plan: gk.Plan) -> None:
    page = hostile(plan).explore("people").get_root().render()
    assert not [text for text in HOSTILE if text in page and any(sign in text for sign in "<>&\"'{")]
