"""Incidents counted: none lost, none twice."""

from __future__ import annotations

import json
from dataclasses import replace

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lattices import METRES, grid_of, points, town
from sao_paulo import accidents, subject
from shapely.geometry import Point

from gridkit.catalog.definitions import IncidentsLayer, layers
from gridkit.errors import GridkitWarning, TableError
from gridkit.language.phrases import Text
from gridkit.measure.compute import computed
from gridkit.measure.incidents.exposure import exposure
from gridkit.measure.incidents.layer import incidents

PLAIN = IncidentsLayer("plain", Text(en="Plain", zh="普通"))


@pytest.fixture
def four(row):
    """Return the row of four squares as two grids: g1 holds a and b, g2 holds c and d."""
    return row.assign(grid_id=["g1", "g1", "g2", "g2"])


@given(st.lists(st.one_of(st.none(), st.tuples(st.integers(-2, 8), st.integers(-1, 6))), min_size=1, max_size=80))
@settings(max_examples=40)
def test_every_incident_is_in_exactly_one_grid_or_outside_or_without_a_place(spots):
    subject = town()
    shapes = [Point() if spot is None else Point(spot[0] * 100, spot[1] * 100) for spot in spots]
    events = gpd.GeoDataFrame(geometry=shapes, crs=METRES).rename_axis("incident_id")
    layer = exposure(events, subject.units, subject.grids, PLAIN)
    facts = layer.facts
    assert facts["inside"] + facts["outside"] + facts["without_place"] == facts["total"] == len(spots)
    assert layer.tables["grids"]["count"].sum() == layer.tables["units"]["count"].sum() == facts["inside"]
    inside = layer.tables["points"]
    assert (subject.units["grid_id"].reindex(inside["unit_id"]).to_numpy() == inside["grid_id"].to_numpy()).all()
    assert len(inside) + len(layer.tables["outside"]) + facts["without_place"] == len(spots)


def test_on_a_border_the_smallest_grid_wins_whatever_the_units_are_called(four):
    renamed = four.rename(index={"b": "z"}).rename_axis("unit_id")
    events = points({"i": (200, 50)}).rename_axis("incident_id")
    layer = exposure(events, renamed, grid_of(renamed), PLAIN)
    assert layer.tables["points"][["grid_id", "unit_id"]].iloc[0].tolist() == ["g1", "z"]


def test_rates_are_per_thousand_people_households_or_km2(four):
    events = points({str(k): (10 + k, 50) for k in range(6)}).rename_axis("incident_id")
    rates = {
        base: exposure(events, four, grid_of(four), replace(PLAIN, base=base, per=per)).tables["grids"]["rate"].tolist()
        for base, per in (("people", 1000), ("households", 1000), ("area", 1))
    }
    assert rates["people"] == pytest.approx([200, 0])
    assert rates["households"] == pytest.approx([400, 0])
    assert rates["area"] == pytest.approx([300, 0])


def test_rates_per_household_need_households(four):
    with pytest.raises(TableError, match="households"):
        exposure(
            points({"i": (1, 1)}),
            four.drop(columns="households"),
            four.rename_axis("grid_id"),
            replace(PLAIN, base="households"),
        )


def test_columns_that_play_no_role_stay_out():
    subject = town()
    events = points({"i": (150, 150)}, name=["somebody"], phone=["1"], category=["theft"]).rename_axis("incident_id")
    layer = exposure(events, subject.units, subject.grids, layers()["crime"])
    assert set(layer.tables["points"].columns) == {"category", "class", "geometry", "grid_id", "unit_id"}


def test_values_are_gathered_into_classes():
    subject = town()
    events = points({str(k): (150, 150) for k in range(4)}, category=["Theft", "盗 窃", "入室盗窃", "jaywalking"])
    layer = incidents(replace(layers()["crime"], only=False), replace(subject, data=events.rename_axis("incident_id")))
    table = layer.tables["classes"]
    assert table["count"].to_dict() == {"theft": 2, "burglary": 1, "jaywalking": 1}
    assert layer.definition.classes["theft"].title.said("zh") == "盗窃"
    assert layer.tables["grid_classes"].loc["g0-0"].sum() == 4


def test_a_layer_finds_its_own_in_a_table_of_all_sorts():
    subject = town()
    events = points(dict.fromkeys("abcd", (150, 150)), category=["投诉", "市容环境", None, "help"]).rename_axis(
        "incident_id"
    )
    layer = incidents(layers()["hotline-12345"], replace(subject, data=events))
    assert layer.tables["points"].index.tolist() == ["a", "c", "d"]
    assert (layer.facts["total"], layer.facts["of_other_classes"]) == (3, 1)


def test_where_no_category_is_one_of_its_classes_all_are_counted_with_a_warning():
    events = points({"a": (150, 150)}, category=["jaywalking"]).rename_axis("incident_id")
    with pytest.warns(GridkitWarning, match="crime"):
        layer = incidents(layers()["crime"], replace(town(), data=events))
    assert layer.facts["inside"] == 1


def years_of_events(seed=3):
    """Return two years of events all over the town, five times as many in its south-west corner, statuses with them."""
    rng = np.random.default_rng(seed)
    xy = np.vstack([rng.random((300, 2)) * 1200, rng.random((200, 2)) * 200])
    time = pd.Timestamp("2024-01-01") + pd.to_timedelta(rng.random(500) * 731, unit="D")
    closed = time + pd.to_timedelta(rng.gamma(2, 2, 500), unit="D")
    done = rng.random(500) < 0.8
    return gpd.GeoDataFrame(
        {
            "time": time.floor("s"),
            "category": rng.choice(["投诉", "求助", "咨询"], 500),
            "status": np.where(done, "已办结", "处理中"),
            "closed": pd.Series(closed.floor("s")).where(done),
            "department": rng.choice(["城管", "环保"], 500),
            "origin": rng.choice(["居民上报", "网格员巡查"], 500),
        },
        geometry=gpd.points_from_xy(*xy.T),
        crs=METRES,
    ).rename_axis("incident_id")


def test_a_hotline_is_answered_on_every_question():
    subject = replace(town(12), data=years_of_events())
    layer = computed(layers()["hotline-12345"], subject)
    grids, facts = layer.tables["grids"], layer.facts
    assert {"count", "smoothed", "trend", "hot", "gi_z", "moran_quarter", "closure_rate", "overdue"} <= set(
        grids.columns
    )
    assert grids.index.equals(subject.grids.index)
    assert {"classes", "hours", "weekdays", "months", "repeats", "states", "departments", "overdue", "scan"} <= set(
        layer.tables
    )
    assert grids.loc["g0-0", "hot"]
    assert facts["hot_grids"] <= 4
    assert facts["foresight"]["pai"] > 3
    assert facts["trend"] in ("up", "down", "unclear")
    assert facts["loop"]["started_by"].keys() == {"resident", "administration"}
    assert facts["loop"]["closed"] == (layer.tables["points"]["state"] == "closed").sum()
    for name, table in layer.tables.items():
        numbers = table.select_dtypes("number").to_numpy(dtype=float)
        assert not np.isinf(numbers).any(), name
        assert len(table) or name == "points"


def test_facts_are_json_ready():
    layer = computed(layers()["hotline-12345"], replace(town(12), data=years_of_events()))
    json.dumps(layer.facts, allow_nan=False)


def test_the_same_data_give_the_same_layer():
    subject = replace(town(), data=years_of_events())
    one, other = (computed(layers()["incidents"], subject) for _ in range(2))
    for name in one.tables:
        assert one.tables[name].equals(other.tables[name]), name
    assert one.facts == other.facts


def test_three_incidents_in_a_tiny_town_are_counted_and_not_tested():
    events = points(dict.fromkeys("abc", (50, 50)), time=list(pd.to_datetime(["2024-01-01"] * 3)))
    layer = computed(layers()["incidents"], replace(town(2), data=events.rename_axis("incident_id")))
    assert layer.facts["inside"] == 3
    assert "hot" not in layer.tables["grids"]
    assert "scan" not in layer.tables


def test_no_incident_at_all_makes_a_layer_of_noughts():
    none = points({}, time=pd.Series([], dtype="datetime64[ns]")).rename_axis("incident_id")
    layer = computed(layers()["incidents"], replace(town(), data=none))
    assert layer.tables["grids"]["count"].eq(0).all()
    assert layer.tables["points"].empty


def test_without_a_table_the_layer_says_what_it_needs():
    with pytest.raises(TableError, match="data"):
        computed(layers()["crime"], town())


@pytest.mark.parametrize("density", ["plane", "streets"])
def test_a_density_is_drawn_where_the_definition_wants_one(density):
    wanted = replace(layers()["incidents"], density=density)
    layer = computed(wanted, replace(town(), data=years_of_events()))
    assert len(layer.tables["density"]) >= 36
    assert layer.tables["density"].crs == METRES


@pytest.mark.slow
@pytest.mark.real
def test_sao_paulos_accidents_are_4328_inside(real_data):
    events = pd.concat([accidents(real_data, year) for year in (2014, 2015)])
    layer = computed(layers()["accidents"], replace(subject(real_data), data=events))
    assert layer.facts["total"] == 43_807
    assert layer.facts["inside"] == 4_328
    assert layer.facts["without_place"] == 125
    assert (layer.facts["before"], layer.facts["now"]) == (2_325, 2_003)
    assert layer.facts["trend"] == "down"
    assert layer.facts["foresight_densest_tenth"]["pai"] > 2
