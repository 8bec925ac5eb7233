"""Local city systems are tied by control points, and a wrong point shows."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pyproj import CRS, Transformer

from gridkit.errors import TableError
from gridkit.sources.coordinates import control_points, points
from gridkit.sources.files import vectors
from gridkit.sources.reading import Reading

KRUEGER = CRS.from_epsg(4549)
LOCAL = np.array([[1000.0, 2000.0], [1800.0, 2100.0], [1500.0, 2900.0], [1200.0, 2500.0]])


def turned(points, angle=0.3, scale=1.0001, shift=(552_000.0, 3_601_000.0)):
    turn = np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])
    return scale * points @ turn.T + shift


@given(st.floats(-3, 3), st.floats(0.9, 1.1))
def test_a_turned_and_stretched_system_is_found_exactly(angle, scale):
    tie = control_points.fit(LOCAL, turned(LOCAL, angle, scale), KRUEGER)
    assert tie.rms_m < 1e-6
    assert tie.scale == pytest.approx(scale)


def test_frames_come_to_their_place(blocks):
    tie = control_points.fit(LOCAL, turned(LOCAL), KRUEGER)
    local = gpd.GeoDataFrame(geometry=gpd.points_from_xy(*LOCAL.T))
    placed = tie.placed(local)
    assert placed.crs == KRUEGER
    assert np.abs(np.column_stack([placed.geometry.x, placed.geometry.y]) - turned(LOCAL)).max() < 1e-6


def test_a_wrong_control_point_has_the_residuals_to_show_it():
    known = turned(LOCAL)
    known[3] += 5
    tie = control_points.fit(LOCAL, known, KRUEGER, names=["a", "b", "c", "d"])
    assert tie.rms_m > 1
    assert tie.residuals_m.index.name == "control_point"


@pytest.mark.parametrize(
    ("points", "said"),
    [(LOCAL[:2], "2 control points are too few"), (LOCAL[[0, 0, 0]] + [[0, 0], [1, 1], [2, 2]], "on one line")],
)
def test_points_that_fix_nothing_are_refused(points, said):
    with pytest.raises(TableError, match=said):
        control_points.fit(points, turned(points), KRUEGER)


def test_a_table_of_control_points_is_read(tmp_path):
    lon, lat = Transformer.from_crs(KRUEGER, 4326, always_xy=True).transform(*turned(LOCAL).T)
    lines = [f"{x},{y},{east:.9f},{north:.9f}" for (x, y), east, north in zip(LOCAL, lon, lat, strict=True)]
    path = tmp_path / "control.csv"
    path.write_text("\n".join(["X,Y,经度,纬度", *lines]), encoding="utf-8")
    assert control_points.read(path, crs="EPSG:4549").rms_m < 1e-3
    local = gpd.GeoDataFrame({"people": [1] * 4}, geometry=gpd.points_from_xy(*LOCAL.T))
    read = vectors.read(local, crs=str(path))
    assert (
        np.abs(
            np.column_stack([read.to_crs(KRUEGER).geometry.x, read.to_crs(KRUEGER).geometry.y]) - turned(LOCAL)
        ).max()
        < 0.05
    )
    assert "residuals in m: 1: 0.0" in read.attrs["notes"][0]
    table = pd.DataFrame({"x": LOCAL[:, 0], "y": LOCAL[:, 1]})
    tied = points.from_table(table, reading=Reading(str(path)))
    assert tied.to_crs(KRUEGER).distance(read.to_crs(KRUEGER)).max() < 1e-6
    path.write_text("X,Y\n1,2\n")
    with pytest.raises(TableError, match="there is no lon, lat"):
        control_points.read(path)
