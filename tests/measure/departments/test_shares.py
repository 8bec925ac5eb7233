"""Shares of units in areas of nets, against cutting every unit with every area."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely
from towns import METRES, town

from gridkit.measure.departments.shares import drawn, numbered, shares
from gridkit.tables import Extract

UNITS = town().units


def net(name, shapes):
    codes = [f"{at:02d}" for at in range(len(shapes))]
    return gpd.GeoDataFrame({"net": name, "code": codes}, geometry=shapes, crs=METRES)


def random_nets(seed):
    """Return a net that tiles the town by straight lines, one of loose boxes, and one of whole units.

    The areas of the last two overlap and leave gaps.
    """
    rng = np.random.default_rng(seed)
    ground = shapely.box(*UNITS.total_bounds)
    cells = shapely.get_parts(
        shapely.voronoi_polygons(shapely.multipoints(rng.uniform(0, 400, (5, 2))), extend_to=ground)
    )
    corners = rng.uniform(0, 300, (4, 2))
    boxes = shapely.box(*corners.T, *(corners + rng.uniform(50, 200, (4, 2))).T)
    boxes = np.append(boxes[:2], shapely.union_all(boxes[2:]))  # in two parts, where these lie apart
    some = [shapely.union_all(UNITS.geometry[rng.random(len(UNITS)) < 0.5]) for _ in range(3)]
    return pd.concat([net("z tiled", shapely.intersection(cells, ground)), net("a loose", boxes), net("s", some)])


@pytest.mark.parametrize("seed", range(5))
def test_ground_is_what_cutting_each_unit_with_each_area_gives(seed):
    nets = random_nets(seed)
    known = numbered(nets)
    over = drawn(UNITS, known)
    found = {(known.names[n], known.codes[c], u): share for u, c, share, n in over.itertuples(index=False)}
    for name, areas in nets.groupby("net"):
        every = areas.union_all()
        for unit, shape in enumerate(UNITS.geometry):
            for code, area in zip(areas["code"], areas.geometry, strict=True):
                wanted = shape.intersection(area).area / shape.area
                assert found.get((name, code, unit), 0) == pytest.approx(wanted, abs=1e-8)
            assert found.get((name, "", unit), 0) == pytest.approx(shape.difference(every).area / shape.area, abs=1e-8)


@pytest.mark.parametrize("rule", ["people", "area", "touch"])
def test_shares_add_up_to_one_for_each_unit_and_net(rule):
    known = numbered(random_nets(1))
    held = shares(UNITS, known, Extract({}, METRES), drawn(UNITS, known), rule=rule, sliver=0.05)
    sums = held.groupby(["unit", "net"])[["area", "people"]].sum()
    assert len(sums) == 3 * len(UNITS)
    assert sums.to_numpy() == pytest.approx(1)


def test_numbers_follow_the_order_of_the_texts_and_nobody_comes_first():
    known = numbered(random_nets(0))
    assert known.names.tolist() == ["a loose", "s", "z tiled"]
    assert known.codes.tolist() == ["", "00", "01", "02", "03", "04"]
    assert known.codes[known.code].tolist() == random_nets(0)["code"].tolist()
