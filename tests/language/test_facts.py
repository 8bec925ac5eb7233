"""Every number of a report says its unit, by the name of the fact, in the language of who reads it."""

from __future__ import annotations

import warnings
from dataclasses import asdict, replace
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
from plans import Size, crooked_plan

import gridkit as gk
from gridkit.catalog.presets import presets
from gridkit.language import labels
from gridkit.language.catalogue import catalogue
from gridkit.language.facts import counted, in_units, named
from gridkit.language.numbers import UNITS, Quantity
from gridkit.plan.compare import compare
from gridkit.plan.summary import summary


@pytest.fixture(scope="module")
def reports() -> dict[str, Any]:
    plan = crooked_plan(Size(side=8, incidents=0))
    rng = np.random.default_rng(0)
    left, low, right, high = plan.districts.to_crs(4326).total_bounds
    days = pd.Timestamp("2024-01-01") + pd.to_timedelta(np.sort(rng.uniform(0, 700, 600)), unit="D")
    closed = days + pd.to_timedelta(rng.uniform(1, 90, 600), unit="h")
    events = {
        "lon": rng.uniform(left, right, 600),
        "lat": rng.uniform(low, high, 600),
        "reported": days.astype(str),
        "closed": closed.astype(str),
        "due": (days + pd.Timedelta(days=2)).astype(str),
        "status": "closed",
    }
    spots = gpd.GeoDataFrame(geometry=plan.units.geometry.representative_point().iloc[::9])
    moved = plan.units["grid_id"].where(plan.units["grid_id"] != plan.grids.index[0], plan.grids.index[1])
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        plan = gk.layer(gk.layer(plan, "incidents", data=pd.DataFrame(events)), "clinics", data=spots)
        for name in ("balance", "circle-15"):
            plan = gk.layer(plan, name)
    made = {
        "split": summary(plan),
        "compare": compare(plan, replace(plan, units=plan.units.assign(grid_id=moved))).facts,
    }
    return made | {f"layer {name}": layer.facts for name, layer in plan.layers.items()}


def numbers_in(report: Any, *path: str) -> dict[tuple[str, ...], float]:
    if isinstance(report, dict):
        return {where: value for name, each in report.items() for where, value in numbers_in(each, *path, name).items()}
    if isinstance(report, list):
        return {where: value for each in report for where, value in numbers_in(each, *path).items()}
    return {path: report} if isinstance(report, int | float) and not isinstance(report, bool) else {}


@pytest.mark.slow
def test_every_number_of_a_report_is_known_to_the_table_of_units(reports) -> None:
    paths = {(name.split()[0], *path) for name, report in reports.items() for path in numbers_in(report)}
    assert len(paths) > 40
    assert sorted(".".join(path) for path in paths if labels.unit_of(*path) is None) == []
    assert sorted(".".join(path) for path in paths if labels._by_path("labels", path) is None) == []


def test_every_unit_of_the_table_is_one() -> None:
    codes = set(labels._table()["units"].values())
    assert codes <= {*UNITS, "%", "length", "area", "measure", "base", "range", ""}


@pytest.mark.parametrize(
    ("report", "english", "chinese"),
    [
        ({"grids": 58}, "58", "58个"),
        ({"grids": 1}, "1 grid", "1个"),
        ({"hot_grids": 3}, "3", "3个"),
        ({"people": 59373.6}, "59,374", "59,374人"),
        ({"parents": 5}, "5", "5个社区"),
        ({"invalid_units": 2}, "2 units", "2个"),
        ({"share_moved": 0.261}, "26.1%", "26.1%"),
        ({"border_gone_m": 2106.4}, "2.1 km", "2.1公里"),
        ({"mean_minutes": 8.436}, "8.4 min", "8.4分钟"),
        ({"overdue": 130}, "130 incidents", "130件"),
        ({"knox": {"days": 14}}, "14", "14天"),
        ({"share_with": {"parks": 0.97}}, "97.0%", "97.0%"),
        ({"compactness": 0.5462}, None, None),
        ({"no such fact": 3}, None, None),
        ({"swap_xy": True}, None, None),
    ],
)
def test_a_number_says_its_unit_once(report, english, chinese) -> None:
    [(path, value)] = numbers_said(in_units(report)).items()
    if english is None:
        assert not isinstance(value, Quantity)
    else:
        assert (counted(path, value, "en"), counted(path, value, "zh")) == (english, chinese)


def numbers_said(report: Any, *path: str) -> dict[tuple[str, ...], Any]:
    if isinstance(report, dict):
        return {
            where: value for name, each in report.items() for where, value in numbers_said(each, *path, name).items()
        }
    return {path: report}


@pytest.mark.parametrize(
    ("measure", "said"),
    [("households", "395户"), ("people", "395人"), ("hours", "395小时"), ("area_m2", "395平方米"), ("worth", None)],
)
def test_what_is_measured_has_the_unit_of_what_the_plan_was_divided_by(measure, said) -> None:
    value = in_units({"measure": measure, "mean": 394.8})["mean"]
    assert (value.said("zh") if said else value) == (said or 394.8)


def test_a_total_of_no_measure_counts_incidents() -> None:
    assert in_units({"total": 6000})["total"].said("zh") == "6,000件"
    assert in_units({"measure": "people", "total": 6000})["total"].said("zh") == "6,000人"


def test_a_rate_is_per_so_many_of_its_base() -> None:
    said = {
        base: in_units({"base": base, "per": 1000.0})["per"].said("zh") for base in ("people", "households", "area")
    }
    assert said == {"people": "1,000人", "households": "1,000户", "area": "1,000平方公里"}


@pytest.mark.parametrize(
    ("measure", "band", "said"),
    [
        ("households", [300, 400, 500], "300～500户，目标值400户"),
        ("area_m2", [5000.0, 10000.0, 20000.0], "0.5公顷～2.0公顷，目标值1.0公顷"),
        ("people", [0.9, 1.0, 1.1], "90.0%～110.0%，目标值100.0%"),
    ],
)
def test_a_range_of_size_is_one_phrase(measure, band, said) -> None:
    assert in_units({"measure": measure, "band": band})["band"].said("zh") == said


def test_a_plan_without_a_range_has_none() -> None:
    assert in_units({"measure": "people", "band": [None, None, None]})["band"] == [None, None, None]


def test_a_name_leaves_a_unit_that_its_number_says() -> None:
    minutes = Quantity(8.4, "minutes", 1)
    assert (named(("mean_minutes",), minutes, "zh"), named(("mean_minutes",), 8.4, "zh")) == (
        "能到达者的平均用时",
        "能到达者的平均用时（分钟）",
    )
    assert named(("closure_rate",), minutes, "zh") == catalogue("zh").said("closed of all orders", "label")


def test_what_it_is_given_stays_as_it_was() -> None:
    report = {"grids": 3, "rows": [{"people": 2.0}]}
    in_units(report)
    assert report == {"grids": 3, "rows": [{"people": 2.0}]}


@pytest.mark.parametrize("name", list(presets()))
def test_every_number_of_a_preset_is_known_to_the_table_of_units_and_named(name) -> None:
    report = asdict(presets()[name])
    paths = {("preset", *path) for path in numbers_in(report)}
    assert sorted(".".join(path) for path in paths if labels.unit_of(*path) is None) == []
    assert sorted(".".join(path) for path in paths if labels._by_path("labels", path) is None) == []


@pytest.mark.parametrize(
    ("path", "english", "chinese"),
    [
        ("cn-social band low value", "300 households", "300户"),
        ("police-beat band low value", "85.0%", "85.0%"),
        ("cn-social household_size value", "2.62 people per household", "2.62人/户"),
        ("cn-social prices change value", "1 m", "1米"),
        ("cn-social rules area limit", "200.0 ha", "200.0公顷"),
        ("cn-social rules area warn", "0 grids", "0个网格"),
        ("cn-social rules features warn", "60.0%", "60.0%"),
        ("cn-social numbers households_per_building_head value", "20 households", "20户"),
        ("chw numbers hours_per_visit value", "0.5 h", "0.5小时"),
    ],
)
def test_a_number_of_a_preset_says_its_unit(path, english, chinese) -> None:
    preset, *names = path.split()
    value = in_units(asdict(presets()[preset]), "preset")
    for name in names:
        value = value[name]
    assert (value.said("en"), value.said("zh")) == (english, chinese)


def test_a_range_of_a_few_people_is_told_in_people_and_one_of_shares_in_percent():
    few = in_units({"measure": "people", "band": [1.8, 2.0, 2.2]})["band"]
    share = in_units({"measure": "people", "relative": True, "band": [0.9, 1.0, 1.1]})["band"]
    assert str(few) == "1.8 – 2.2 people, target 2 people"
    assert str(share) == "90.0% – 110.0%, target 100.0%"
