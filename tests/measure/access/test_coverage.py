"""Who has a facility near enough."""

from __future__ import annotations

from dataclasses import replace

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
from lattices import METRES, points, town
from sao_paulo import schools, subject
from shapely.geometry import Point, box

from gridkit.catalog.definitions import CoverageLayer, OneStopLayer, layers
from gridkit.errors import GridkitWarning
from gridkit.language.phrases import Text
from gridkit.measure.access.coverage import coverage
from gridkit.measure.access.one_stop import onestop
from gridkit.measure.access.origins import origins
from gridkit.measure.heights import Heights
from gridkit.tables import TEXT, Extract

CLINICS = CoverageLayer("clinics", Text(en="Clinics", zh="诊所"), tags={"amenity": ("clinic",)}, minutes=(2.0, 5.0))


def places(*rows):
    names, kinds, tags, spots = zip(*rows, strict=True) if rows else ((), (), (), ())
    table = {
        "kind": pd.Series(kinds, dtype=TEXT),
        "name": pd.Series(names, dtype=TEXT),
        "tags": pd.Series(tags, dtype=TEXT),
    }
    frame = gpd.GeoDataFrame(table, geometry=[Point(spot) for spot in spots], crs=METRES)
    return frame.set_index(frame["name"]).rename_axis("feature_id")


def with_places(subject, *rows, **tables):
    return replace(subject, extract=Extract({**subject.extract.tables, "places": places(*rows), **tables}, METRES))


def test_facilities_are_found_by_their_tags_and_minutes_run_along_the_streets():
    subject = with_places(
        town(),
        ("one", "amenity=clinic", "{}", (0, 0)),
        ("two", "healthcare=centre", '{"amenity": "clinic"}', (600, 600)),
        ("none", "amenity=school", "{}", (300, 300)),
    )
    layer = coverage(CLINICS, subject)
    assert layer.tables["points"].index.tolist() == ["one", "two"]
    units = layer.tables["units"]
    # The middle of the first block is 50 m from a street and 50 m along it from the corner.
    assert units.loc["u0-0", "minutes"] == pytest.approx(100 / 75)
    assert units.loc["u0-0", "nearest"] == "one"
    assert units.loc["u5-5", "nearest"] == "two"
    assert units["within_5"].eq((units["minutes"] <= 5).astype(float)).all()
    assert layer.facts["share_within_5"] == pytest.approx(units["within_5"].mean())
    assert layer.tables["grids"].loc["g0-0", "within_2"] == pytest.approx(1 / 4)
    assert layer.tables["points"]["people"].sum() == pytest.approx(36 * 50)


def test_the_users_own_facilities_take_the_place_of_those_found():
    mine = points({"m": (300, 300)}, name=["mine"]).rename_axis("facility_id")
    subject = replace(with_places(town(), ("one", "amenity=clinic", "{}", (0, 0))), data=mine)
    assert coverage(CLINICS, subject).tables["points"].index.tolist() == ["m"]


def test_a_park_is_reached_anywhere_along_its_edge():
    park = gpd.GeoDataFrame({"kind": ["park"]}, index=["p"], geometry=[box(0, 0, 600, 100)], crs=METRES)
    subject = with_places(town(), green=park.rename_axis("feature_id"))
    parks = replace(CLINICS, tags={}, areas={"green": ("park",)})
    minutes = coverage(parks, subject).tables["units"]["minutes"]
    beside = minutes[[f"u{i}-1" for i in range(6)]]
    assert beside.max() <= 100 / 75 + 1e-9
    assert minutes["u0-5"] > 5


def test_a_kind_of_facility_that_is_not_on_the_map_is_unknown_and_not_absent():
    with pytest.warns(GridkitWarning, match="not known"):
        layer = coverage(CLINICS, town())
    assert layer.facts["share_within_5"] is None
    assert layer.tables["grids"]["within_5"].isna().all()


def test_facilities_that_were_brought_for_a_service_are_known_to_every_layer():
    mine = points({"m": (300, 300)}, name=["mine"]).rename_axis("facility_id")
    subject = replace(town(), services={CLINICS.name: mine})
    assert coverage(CLINICS, subject).tables["points"].index.tolist() == ["m"]


def test_without_any_facility_nobody_is_covered_and_a_warning_says_so():
    none = points({"m": (300, 300)}, name=["mine"]).rename_axis("facility_id").iloc[:0]
    with pytest.warns(GridkitWarning, match="no facilities"):
        layer = coverage(CLINICS, replace(town(), data=none))
    assert layer.facts["share_within_5"] == 0
    assert layer.facts["mean_minutes"] is None
    assert layer.tables["units"]["minutes"].isna().all()


def test_without_streets_the_way_is_straight_and_called_so():
    subject = with_places(town(), ("one", "amenity=clinic", "{}", (0, 0)), roads=town().extract.table("rails"))
    with pytest.warns(GridkitWarning, match="straight-line"):
        layer = coverage(CLINICS, subject)
    assert layer.facts["how"] == "straight"
    assert layer.tables["units"].loc["u0-0", "minutes"] == pytest.approx(np.hypot(50, 50) * 1.3 / 75)
    assert "reach" not in layer.tables


def test_slopes_slow_down_those_who_walk():
    subject = with_places(town(), ("one", "amenity=clinic", "{}", (600, 600)))
    hill = Heights(np.tile(np.arange(0.0, 70.0, 1.0), (70, 1)), corner=(-50.0, 650.0), pixel=(10.0, 10.0))
    flat, steep = (coverage(CLINICS, replace(subject, heights=h)).facts["mean_minutes"] for h in (None, hill))
    assert steep > 1.1 * flat


def test_children_are_asked_for_where_the_units_know_them():
    subject = with_places(town(), ("one", "amenity=clinic", "{}", (0, 0)))
    young = subject.units.assign(children=np.where(subject.units.index == "u0-0", 30.0, 0.0))
    layer = coverage(replace(CLINICS, who="children"), replace(subject, units=young))
    assert layer.facts["share_within_2"] == 1
    assert layer.facts["people"] == 30
    with pytest.warns(GridkitWarning, match="no column 'children'"):
        coverage(replace(CLINICS, who="children"), subject)


def test_people_live_in_buildings_by_floor_area_and_add_up():
    subject = town(2)
    houses = gpd.GeoDataFrame(
        {"kind": "yes", "levels": [1.0, 3.0, None], "residential": [True, True, False]},
        index=pd.Index(list("xyz"), name="feature_id"),
        geometry=[box(10, 10, 20, 20), box(50, 50, 60, 60), box(120, 20, 130, 30)],
        crs=METRES,
    )
    live = origins(subject.units, Extract({"buildings": houses}, METRES))
    assert live.groupby("unit_id")["people"].sum().tolist() == [50.0] * 4
    assert live[live["unit_id"] == "u0-0"]["people"].tolist() == [12.5, 37.5]
    assert (live["unit_id"] == "u1-0").sum() == 1


def test_a_large_unit_without_buildings_is_asked_at_many_points():
    subject = town(1, step=400.0)
    live = origins(subject.units, Extract({}, METRES))
    assert len(live) == 16
    assert live["people"].sum() == pytest.approx(50)


def test_capacity_makes_access_and_load():
    mine = points({"m": (0, 0), "n": (600, 600)}, capacity=[100.0, None]).rename_axis("facility_id")
    clinics = replace(CLINICS, capacity=2000.0, minutes=(5.0, 15.0))
    layer = coverage(clinics, replace(town(), data=mine))
    assert layer.tables["points"]["overloaded"].tolist() == [True, False]
    assert layer.facts["overloaded"] == 1
    normed = coverage(replace(clinics, serves=100.0), replace(town(), data=mine))
    assert normed.facts["overloaded"] == 0
    reached = layer.tables["units"]["access"] * 50 / 1000
    assert reached.sum() == pytest.approx(2100)


def test_a_facility_of_unknown_capacity_has_not_none():
    clinics = replace(CLINICS, minutes=(5.0,))
    mine = points({"m": (0, 0), "n": (600, 600), "z": (0, 600)}, capacity=[100.0, None, 0.0])
    with pytest.warns(GridkitWarning, match="capacity of 1 of 3 facilities is not known"):
        layer = coverage(clinics, replace(town(), data=mine.rename_axis("facility_id")))
    units = layer.tables["units"]["access"]
    assert np.isnan(units["u5-5"])  # near n alone, of which nobody knows
    assert units["u0-5"] == 0  # near z alone, which has none
    assert (units * 50 / 1000).sum() == pytest.approx(100)
    assert layer.facts["capacity"] == 100
    assert layer.facts["capacity_unknown"] == 1
    at = layer.tables["points"]
    assert at["overloaded"].tolist() == [False, False, True]  # people lean on z, which has no room at all
    assert at["load"].isna().tolist() == [False, True, True]
    assert at.loc["m", "load"] > 0


def test_where_nobody_lives_no_share_of_the_people_is_told():
    empty = town(2)
    nobody = replace(empty, units=empty.units.assign(people=0), grids=empty.grids.assign(people=0))
    layer = coverage(CLINICS, replace(nobody, data=points({"m": (0, 0)}).rename_axis("facility_id")))
    assert layer.facts["share_within_2"] is None
    assert layer.facts["people"] == 0


def test_the_ground_within_five_minutes_holds_that_within_two():
    subject = with_places(town(), ("one", "amenity=clinic", "{}", (300, 300)))
    reach = coverage(CLINICS, subject).tables["reach"]
    assert reach["minutes"].tolist() == [2, 5]
    two, five = reach.geometry
    assert five.covers(two)
    assert two.contains(Point(300, 440))
    assert not two.contains(Point(300, 500))


def test_one_stop_says_what_is_missing_where(tmp_path):
    for name in ("schools", "markets"):
        key = {"schools": "school", "markets": "marketplace"}[name]
        (tmp_path / f"{name}.toml").write_text(
            f'kind = "coverage"\ntitle = {{en = "x", zh = "x"}}\n[tags]\namenity = ["{key}"]', "utf-8"
        )
    subject = with_places(town(), ("s", "amenity=school", "{}", (0, 0)), ("m", "amenity=marketplace", "{}", (600, 600)))
    wanted = OneStopLayer("both", Text(en="b", zh="b"), services={"schools": 5.0, "markets": 14.0})
    layer = onestop(wanted, replace(subject, registry=layers().overlaid(tmp_path)))
    units = layer.tables["units"]
    assert units.loc["u0-0", "lacks"] == "markets"
    assert units.loc["u5-5", "lacks"] == "schools"
    assert units.loc["u1-1", ["complete", "missing"]].tolist() == [1.0, 0.0]
    assert layer.facts["complete"] == pytest.approx(units["complete"].mean())
    assert 0 < layer.facts["complete"] < layer.facts["share_with"]["schools"]


@pytest.mark.slow
@pytest.mark.real
def test_the_hexagons_own_schools_of_sao_paulo_cover_most_people(real_data):
    layer = coverage(layers()["schools"], replace(subject(real_data), data=schools(real_data)))
    assert layer.facts["facilities"] == 51  # 59 schools on 51 hexagons
    assert layer.facts["how"] == "walk"
    assert 0.85 < layer.facts["share_within_15"] < 0.95
    assert layer.facts["share_within_5"] < layer.facts["share_within_10"] < layer.facts["share_within_15"]
