"""Every reason is held to an independent proof: all contiguous plans of eight units, enumerated whole."""

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
from shapely.geometry import box

from gridkit.band import Band
from gridkit.partition.solver import search
from gridkit.plan import arrays
from gridkit.plan.reasons import reasons
from gridkit.tables import Extract
from gridkit.tessellation import barriers, borders

ROWS, COLUMNS = 2, 4


class Made:
    """A plan as far as reasons look at it."""

    def __init__(self, people, band):
        shapes = [box(100 * i, 100 * j, 100 * i + 100, 100 * j + 100) for j in range(ROWS) for i in range(COLUMNS)]
        names = pd.Index([f"u{i}" for i in range(len(shapes))], name="unit_id")
        frame = {"people": np.asarray(people, float), "parent": "p", "kind": "block", "area_m2": 1e4}
        units = gpd.GeoDataFrame(frame, geometry=shapes, crs=32650, index=names)
        features = Extract({}, units.crs)
        self.borders, self.districts = borders.touching(units, barriers.select(features), features), units[:0]
        self.problem, _ = arrays.problem(units, self.borders, arrays.Aim("people", band))
        found = search(self.problem, effort=0.1, threads=1)
        self.units = units.assign(grid_id=[f"g{label}" for label in found.labels])
        held = self.units.groupby("grid_id")["people"].sum()
        self.outside = held.index[band.outside(held)]
        sure = self.units[found.proven & self.units["grid_id"].isin(self.outside)]
        proven = [list(rows.index) for _, rows in sure.groupby("grid_id")]
        self.parameters = type("P", (), {"measure": "people"})()
        self.history = [type("S", (), {"command": "split", "parameters": {"proven": proven}})()]


def plans(pairs, count):
    """Yield every division of some units into contiguous grids, as labels in the order of their first units."""
    beside = [[b for a, b in pairs if a == i] + [a for a, b in pairs if b == i] for i in range(count)]

    def contiguous(members):
        reached, todo = {members[0]}, [members[0]]
        while todo:
            for there in beside[todo.pop()]:
                if there in members and there not in reached:
                    reached.add(there)
                    todo.append(there)
        return len(reached) == len(members)

    def grow(labels):
        if len(labels) == count:
            grids = [[i for i in range(count) if labels[i] == g] for g in range(max(labels) + 1)]
            if all(contiguous(members) for members in grids):
                yield labels
            return
        for label in range(max(labels, default=-1) + 2):
            yield from grow([*labels, label])

    yield from grow([])


@pytest.mark.parametrize("seed", range(12))
def test_what_is_called_impossible_no_plan_of_all_there_are_can_do(seed):
    rng = np.random.default_rng(seed)
    people = rng.integers(2, 12, ROWS * COLUMNS)
    target = float(people.sum()) / float(rng.uniform(1.6, 3.4))
    band = Band(0.93 * target, target, 1.07 * target)
    made = Made(people, band)
    said = {str(why) for why in reasons(made, band, made.outside)}
    pairs = made.problem.edges.tolist()
    inside: dict[int, bool] = {}
    for labels in plans(pairs, len(people)):
        held = np.bincount(labels, people)
        inside[len(held)] = inside.get(len(held), False) or not band.outside(held).any()
    for why in said:
        if "cannot be divided" in why or "less than one grid" in why:
            assert not any(inside.values()), why
        elif why.startswith("proven: no contiguous plan"):
            assert not inside[made.units["grid_id"].nunique()], why
        elif "alone holds" in why:
            assert band.above(float(people.max())), why
        else:
            assert why.startswith("the search ended"), why
    # And the other way round: of so few units the search says no more than is so, and leaves no plan unfound.
    if inside.get(made.units["grid_id"].nunique()):
        assert not len(made.outside)
