"""What must not change a plan, and what may change nothing but which of two equal ones is found."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from gridkit.band import Band
from gridkit.catalog.presets import presets
from gridkit.measure import shape
from gridkit.partition.solution import cost_m
from gridkit.partition.solver import search
from gridkit.plan import arrays
from gridkit.plan.arrays import prices
from gridkit.tables import Extract
from gridkit.tessellation import barriers, borders

FEW = settings(
    max_examples=3,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow],
    derandomize=True,
    phases=[Phase.generate],
)
BAND = Band(450, 500, 550)


def town(seed: int, rows: int = 5, columns: int = 6) -> gpd.GeoDataFrame:
    """Return crooked blocks of 100 m with people, a coverage; corners lie on whole decimetres."""
    rng = np.random.default_rng(seed)
    y, x = np.mgrid[0 : rows + 1, 0 : columns + 1] * 100.0
    shift = rng.integers(-200, 201, (2, *x.shape)) / 10
    shift[:, [0, -1], :] = shift[:, :, [0, -1]] = 0
    at = np.stack([x, y], axis=-1) + np.moveaxis(shift, 0, -1) + (500_000, 3_500_000)
    shapes = [
        shapely.Polygon([at[j, i], at[j, i + 1], at[j + 1, i + 1], at[j + 1, i]])
        for j in range(rows)
        for i in range(columns)
    ]
    names = pd.Index([f"b{i:02d}" for i in range(len(shapes))], name="unit_id")
    return gpd.GeoDataFrame(
        {"people": rng.integers(40, 160, len(shapes)) * 1.0}, geometry=shapes, crs=32650, index=names
    )


class Made:
    """Units with their grids, their borders, and what the plan pays, in metres."""

    def __init__(self, units: gpd.GeoDataFrame) -> None:
        """Search for the best plan as `split` does."""
        features = Extract({}, units.crs)
        ready = units.assign(parent="p", kind="block", area_m2=units.area).sort_index()
        self.borders = borders.touching(ready, barriers.select(features), features)
        aim = arrays.Aim("people", BAND, prices(presets()["cn-social"]))
        self.problem, _ = arrays.problem(ready, self.borders, aim)
        labels = search(self.problem, effort=0.2, threads=1).labels
        self.cost = cost_m(self.problem, labels)
        self.units = ready.assign(grid_id=labels.astype(str))


def parts(plan: Made) -> set[frozenset[tuple[float, ...]]]:
    """Return the grids as sets of their units, which are told apart by their people and areas."""
    key = list(zip(plan.units["people"].round(3), plan.units.area.round(1), strict=True))
    return {frozenset(each) for _, each in pd.Series(key, index=plan.units.index).groupby(plan.units["grid_id"])}


def turned(units: gpd.GeoDataFrame, degrees: float, *, mirrored: bool) -> gpd.GeoDataFrame:
    """Return units turned around a point, and mirrored."""
    middle = np.array([500_300.0, 3_500_250.0])
    turn = np.radians(degrees)
    matrix = np.array([[np.cos(turn), -np.sin(turn)], [np.sin(turn), np.cos(turn)]]) @ np.diag(
        [-1 if mirrored else 1, 1]
    )
    return units.set_geometry(
        gpd.GeoSeries(
            shapely.transform(units.geometry.to_numpy(), lambda xy: (xy - middle) @ matrix.T + middle),
            index=units.index,
            crs=units.crs,
        )
    )


@FEW
@given(seed=st.integers(0, 99), east=st.integers(-5_000, 5_000), north=st.integers(-5_000, 5_000))
def test_moving_a_district_by_whole_metres_gives_the_same_plan(seed, east, north):
    units = town(seed)
    moved = units.set_geometry(units.translate(east, north))
    one, other = Made(units), Made(moved)
    assert parts(one) == parts(other)
    assert one.cost == pytest.approx(other.cost, abs=0.01)


@FEW
@given(seed=st.integers(0, 99), order=st.randoms(use_true_random=False))
def test_reordering_the_rows_gives_the_same_plan(seed, order):
    units = town(seed)
    rows = list(range(len(units)))
    order.shuffle(rows)
    assert parts(Made(units)) == parts(Made(units.iloc[rows]))


@FEW
@given(seed=st.integers(0, 99), degrees=st.sampled_from([90, 180, 37.5]), mirrored=st.booleans())
def test_turning_a_district_gives_the_same_measures_and_a_plan_as_good(seed, degrees, mirrored):
    units = town(seed)
    there = turned(units, degrees, mirrored=mirrored)
    one, other = Made(units), Made(there)
    assert sorted(other.borders["shared_m"]) == pytest.approx(sorted(one.borders["shared_m"]), rel=1e-6)
    assert sorted(other.units["people"]) == pytest.approx(sorted(one.units["people"]))
    # The same labels on turned ground measure the same.
    back = gpd.GeoDataFrame(one.units[["grid_id"]], geometry=turned(one.units, degrees, mirrored=mirrored).geometry)
    grids = [frame.dissolve("grid_id") for frame in (one.units[["grid_id", "geometry"]], back)]
    for measure in (shape.polsby_popper, shape.reock, shape.convexity, shape.elongation):
        assert measure(grids[1]).tolist() == pytest.approx(measure(grids[0]).tolist(), rel=1e-5)
    assert other.cost == pytest.approx(one.cost, rel=0.01)
