"""Streets meet at vertices, or wherever they were drawn across each other."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from shapely.geometry import LineString, MultiLineString, Point

import gridkit as gk
from gridkit.graph import components
from gridkit.measure.access.network import build
from gridkit.sources import crossings, features

CRS = "EPSG:32650"


def drawn(lines, **columns) -> gpd.GeoDataFrame:
    return gpd.GeoDataFrame({"highway": ["residential"] * len(lines), **columns}, geometry=list(lines), crs=CRS)


def town(across: int = 5, along: int = 5) -> gpd.GeoDataFrame:
    """Return streets 100 m apart, drawn in one stroke each: none has a vertex at its corners."""
    lines = [LineString([(100 * at, 0), (100 * at, 100 * along)]) for at in range(across + 1)]
    lines += [LineString([(0, 100 * at), (100 * across, 100 * at)]) for at in range(along + 1)]
    return drawn(lines)


def roads(frame: gpd.GeoDataFrame) -> tuple[gpd.GeoDataFrame, list[str]]:
    extract = features.read(frame, "roads", crs=CRS)
    return extract.table("roads"), [str(note) for note in extract.report["notes"]]


def test_streets_drawn_in_one_stroke_meet_at_every_corner():
    made, notes = roads(town())
    network = build(made)
    assert len(network.xy) == 36
    assert network.length.sum() == pytest.approx(12 * 500)
    assert notes == ["32 places where streets cross or end at each other without a vertex are taken as corners"]


def test_people_walk_round_corners_of_streets_drawn_in_one_stroke():
    homes = gpd.GeoSeries([Point(0, 250)], crs=CRS)
    minutes = gk.coverage(homes, gpd.GeoSeries([Point(500, 250)], crs=CRS), town())
    assert minutes.iloc[0] == pytest.approx(600 / 75)


def test_streets_that_meet_at_vertices_are_as_they_were_and_the_rest_is_told():
    made, _ = roads(town())
    over = gpd.GeoDataFrame({"kind": ["trunk"]}, geometry=[LineString([(150, -50), (150, 550)])], crs=CRS)
    both = gpd.GeoDataFrame({"kind": [*made["kind"], "trunk"]}, geometry=[*made.geometry, *over.geometry], crs=CRS)
    again, notes = roads(both)
    assert again.geometry.to_wkt().tolist() == both.geometry.to_wkt().tolist()
    assert notes == ["6 places of 42 where streets cross share no vertex: they pass over and under each other there"]


def test_a_bridge_meets_nothing_that_it_crosses_and_the_street_at_its_end():
    bridges = drawn([LineString([(50, 50), (450, 50)]), LineString([(250, 150), (250, 200)])], bridge="yes")
    made, _ = roads(pd.concat([town().assign(bridge="no"), bridges], ignore_index=True))
    shapes = made.geometry.tolist()
    assert len(shapes[-2].coords) == 2
    assert (250, 200) in shapes[8].coords


@pytest.mark.parametrize("short", [0.0, 0.0004, 0.3])
def test_a_street_ends_at_the_one_it_falls_short_of_by_less_than_half_a_metre(short):
    main = LineString([(0, 0), (100, 0)])
    side = LineString([(40, 50), (40, short)])
    made, _ = roads(drawn([main, side]))
    assert (40, 0) in made.geometry.iloc[0].coords
    assert (40, 0) in made.geometry.iloc[1].coords
    network = build(made, whole=True)
    assert set(components(network.ends, len(network.xy))) == {0}


def test_a_street_a_metre_away_stays_away():
    lines = [LineString([(0, 0), (100, 0)]), LineString([(40, 50), (40, 1)])]
    made, notes = roads(drawn(lines))
    assert not notes
    assert made.geometry.tolist() == lines


def test_streets_in_pieces_stay_rows_of_their_own():
    lines = town(2, 2)
    two = MultiLineString([lines.geometry.iloc[0], lines.geometry.iloc[1]])
    made, _ = roads(drawn([two, *lines.geometry.iloc[2:]]))
    assert len(made) == 5
    assert made.geometry.iloc[0].geom_type == "MultiLineString"
    assert len(build(made).xy) == 9


def test_streets_of_ones_own_meet_those_of_a_map():
    of_the_map, _ = roads(town())
    own = gpd.GeoDataFrame(
        {"kind": ["service"]}, geometry=[LineString([(120, 100), (120, 180), (199.8, 180)])], crs=CRS, index=["own1"]
    )
    every = gpd.GeoDataFrame(pd.concat([of_the_map, own]))
    made = crossings.between(every, np.asarray(every.index == "own1"))
    assert (120, 100) in made.geometry.iloc[7].coords
    assert made.geometry.iloc[-1].coords[-1] == (200, 180)
    assert crossings.between(of_the_map, np.zeros(len(of_the_map), dtype=bool)) is of_the_map


@given(st.integers(0, 2**32 - 1))
def test_what_has_met_once_meets_no_more_and_is_as_long_as_it_was(seed):
    random = np.random.default_rng(seed)
    ends = random.integers(0, 60, (12, 2, 2)) * 7.3
    lines = [LineString(pair) for pair in ends if (pair[0] != pair[1]).any()]
    made, _ = crossings.met(drawn(lines))
    assert made.length.to_numpy() == pytest.approx([line.length for line in lines], abs=2 * crossings.TOUCH_M)
    again, said = crossings.met(made)
    assert not said
    assert again.geometry.to_wkt().tolist() == made.geometry.to_wkt().tolist()
