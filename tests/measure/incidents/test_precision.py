"""Points that stand for no place, and coordinates that were rounded."""

from __future__ import annotations

from dataclasses import replace

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely
from lattices import town

from gridkit.catalog.definitions import layers
from gridkit.measure.incidents.layer import incidents
from gridkit.measure.incidents.precision import grain, placeholders, repeated
from gridkit.sources.coordinates.datums import to_wgs84

METRES = "EPSG:32650"


def scattered(count=60, decimals=None, seed=0):
    """Return points over a hundredth of a degree or so."""
    xy = np.array([116.3, 39.9]) + np.random.default_rng(seed).random((count, 2)) / 20
    return xy if decimals is None else xy.round(decimals)


def table(xy, crs=METRES):
    return gpd.GeoDataFrame(geometry=gpd.points_from_xy(*np.asarray(xy).T), crs=4326).to_crs(crs)


def test_whole_degrees_are_no_place_and_are_named_in_any_system():
    rows, named = placeholders(table([*scattered(), *[[117.0, 39.0]] * 9, [116.0, 40.0]]))
    assert rows.sum() == 10
    assert rows[-10:].all()
    assert named == [{"lon": 117.0, "lat": 39.0, "rows": 9}, {"lon": 116.0, "lat": 40.0, "rows": 1}]


def test_a_hundredth_of_a_degree_is_one_only_where_it_stands_out():
    assert placeholders(table([*scattered(), *[[116.31, 39.91]] * 30]))[0].sum() == 30
    assert not placeholders(table([*scattered(), *[[116.31, 39.91]] * 19]))[0].any()
    busy = [[116.31234, 39.91234]] * 10
    assert not placeholders(table([*scattered(), *busy, *[[116.31, 39.91]] * 30]))[0].any()


def test_a_busy_address_is_a_place_and_is_named():
    points = table([*scattered(), *[[116.31234, 39.91234]] * 30])
    assert not placeholders(points)[0].any()
    assert repeated(points) == [{"lon": 116.31234, "lat": 39.91234, "rows": 30}]


def test_where_all_is_round_nothing_is_a_place_holder():
    assert not placeholders(table([[x, y] for x in range(110, 116) for y in (30, 31)]))[0].any()


@pytest.mark.parametrize("datum", ["gcj02", "bd09"])
def test_what_was_rounded_in_a_shifted_datum_is_known_where_it_belongs(datum):
    back = to_wgs84(datum)
    written = np.vstack([scattered(200, 3), [[117.0, 39.0]] * 7])
    points = table(np.column_stack(back(*written.T)))
    assert round(grain(points)) == 111
    rows, named = placeholders(points)
    assert rows[-7:].all()
    assert not rows[:200].any()
    assert named == [{"lon": 117.0, "lat": 39.0, "rows": 7}]
    assert grain(table(np.column_stack(back(*scattered(200, 6).T)))) is None


@pytest.mark.parametrize(("decimals", "metres"), [(2, 1113), (3, 111), (4, 11)])
def test_digits_tell_to_what_coordinates_were_rounded(decimals, metres):
    assert round(grain(table(scattered(200, decimals)))) == metres


def test_metres_that_were_rounded_are_known_too_and_fine_points_are_not_called_rounded():
    xy = np.random.default_rng(1).random((50, 2)) * 5000 + [440_000, 4_400_000]
    assert grain(gpd.GeoDataFrame(geometry=gpd.points_from_xy(*(xy // 100 * 100).T), crs=METRES)) == 100
    assert grain(gpd.GeoDataFrame(geometry=gpd.points_from_xy(*xy.T), crs=METRES)) is None
    assert grain(table(scattered(200, 6))) is None
    assert grain(table(scattered(5, 3))) is None


def test_rows_without_a_place_are_in_nobodys_way():
    points = table([*scattered(30, 3), *[[117.0, 39.0]] * 3])
    points.geometry = points.geometry.where(np.arange(33) % 5 > 0, None)
    assert round(grain(points)) == 111
    assert placeholders(points)[0].sum() == 3 - (30 % 5 == 0)
    nowhere = gpd.GeoDataFrame(geometry=[None, shapely.Point()], crs=METRES)
    assert not placeholders(nowhere)[0].any()
    assert repeated(nowhere) == []
    assert grain(nowhere) is None


def over_the_town(subject, xy, **columns):
    return replace(
        subject,
        data=gpd.GeoDataFrame(columns, geometry=gpd.points_from_xy(*np.asarray(xy).T), crs=METRES).rename_axis(
            "incident_id"
        ),
    )


def test_a_place_holder_inside_is_no_hot_spot_and_its_rows_are_counted():
    around = gpd.GeoSeries(gpd.points_from_xy([117.0], [39.0]), crs=4326).to_crs(METRES)
    subject = town(12)
    shift = (around.x[0] - 550.0, around.y[0] - 550.0)
    moved = replace(
        subject,
        units=subject.units.set_geometry(subject.units.translate(*shift)),
        grids=subject.grids.set_geometry(subject.grids.translate(*shift)),
    )
    xy = np.random.default_rng(0).random((300, 2)) * 1100 + shift
    laid = incidents(layers()["incidents"], over_the_town(moved, [*xy, *[[around.x[0], around.y[0]]] * 80]))
    assert (laid.facts["total"], laid.facts["inside"], laid.facts["without_place"]) == (380, 300, 80)
    assert laid.facts["placeholders"] == [{"lon": 117.0, "lat": 39.0, "rows": 80}]
    assert laid.facts["at_placeholders"] == 80
    assert laid.tables["grids"]["count"].sum() == 300
    assert not laid.tables["grids"]["hot"].any()


def test_on_rounded_coordinates_repeats_are_refused_and_not_made_up():
    xy = np.random.default_rng(0).integers(0, 11, (300, 2)) * 100.0 + [440_000, 4_400_000]
    subject = town(12)
    moved = replace(
        subject,
        units=subject.units.set_geometry(subject.units.translate(440_000, 4_400_000)),
        grids=subject.grids.set_geometry(subject.grids.translate(440_000, 4_400_000)),
    )
    times = pd.Timestamp("2024-01-01") + pd.to_timedelta(np.arange(300), unit="D")
    laid = incidents(layers()["incidents"], over_the_town(moved, xy, time=times))
    assert laid.facts["repeat_places"] is None
    assert "rounded to 100 m" in laid.facts["repeats_why"]
    assert "repeats" not in laid.tables
    assert "knox" not in laid.facts
    fine = incidents(replace(layers()["incidents"], repeat_m=150.0), over_the_town(moved, xy, time=times))
    assert fine.facts["repeat_places"] > 0
