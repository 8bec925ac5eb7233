"""Laws over the whole of a run, from files to a plan: one district in two ways gives one plan, or one as good."""

from __future__ import annotations

import numpy as np
import pytest
import shapely
from pairs import LAWS, Form, broken, differences, minimised, plan, scene, smaller, write

SEEDS = {law: (0, 2, 4, 11, 14) if law in ("turned", "mirrored") else (0, 1) for law in LAWS}


@pytest.mark.slow
@pytest.mark.parametrize(("law", "seed"), [(law, seed) for law, seeds in SEEDS.items() for seed in seeds])
def test_one_district_in_two_ways_gives_one_plan(law, seed, tmp_path):
    assert broken(scene(seed), law, seed, tmp_path) == []


def test_scenes_differ_and_stay_what_they_are():
    one, again, other = scene(3), scene(3), scene(4)
    assert all(one.tables()[name].equals(again.tables()[name]) for name in one.tables())
    assert not one.doors.equals(other.doors)
    assert any(len(scene(seed).rivers) for seed in range(8))


def test_what_differs_is_said(tmp_path):
    made = scene(0)
    whole = plan(write(made, tmp_path / "a", Form()), lambda xy: xy)
    assert len(set(whole.grids)) > 1, "a scene of one grid shows nothing"
    assert differences(whole, whole, same_plan=True) == []
    doors = made.doors.assign(people=made.doors["people"].iloc[::-1].to_numpy())
    other = plan(write(scene(0).__class__(**{**vars(made), "doors": doors}), tmp_path / "b", Form()), lambda xy: xy)
    assert any("people of units" in each for each in differences(whole, other, same_plan=True))
    moved = plan(write(made, tmp_path / "c", Form()), lambda xy: xy + 30.0)
    assert "apart" in differences(whole, moved, same_plan=True)[0]


def test_what_breaks_a_law_is_made_small(tmp_path):
    made = scene(3)
    street = made.streets.geometry.iloc[2]

    def shorn(one, _name, _seed, _folder):
        return ["it is there"] if any(shapely.equals(each, street) for each in one.streets.geometry) else []

    small = minimised(made, "shifted", 3, tmp_path, shorn)
    assert len(small.streets) == 1
    assert len(small.doors) == 1
    assert len(small.rivers) == 0
    assert np.all([len(each.streets) for each in smaller(made)])
