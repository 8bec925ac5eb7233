"""What a project balances and to which band, by every way of saying it."""

from __future__ import annotations

from dataclasses import FrozenInstanceError

import geopandas as gpd
import pytest

from gridkit.band import Band
from gridkit.catalog.presets import presets
from gridkit.errors import InfeasibleError, TableError, UsageError
from gridkit.project import Project
from gridkit.recipes import hours
from gridkit.recipes.goal import aim


def units(**columns):
    return gpd.GeoDataFrame({"people": [600.0, 200.0, 200.0], **columns})


def asked(**choices):
    return Project(district="unread.gpkg", **choices)


def test_the_preset_speaks_where_the_user_is_silent():
    goal = aim(units(households=[200.0, 100.0, 100.0]), presets()["cn-social"], asked())
    assert (goal.measure, goal.band, goal.grids, goal.notes) == ("households", Band(300, 400, 500), None, ())


def test_people_stand_for_households_that_nobody_counted_and_a_note_says_so():
    goal = aim(units(), presets()["cn-social"], asked())
    assert goal.measure == "people"
    assert goal.band.target == pytest.approx(400 * presets()["cn-social"].household_size.value)
    assert "no households given" in goal.notes[0]


@pytest.mark.parametrize("choices", [{"grids": 5}, {"target": 250.0}])
def test_no_household_is_quoted_where_none_is_reckoned_with(choices):
    goal = aim(units(), presets()["cn-social"], asked(**choices))
    assert [str(note) for note in goal.notes] == ["no households given: people are balanced"]


def test_a_number_of_grids_makes_their_mean_the_target():
    assert aim(units(), presets()["cn-social"], asked(grids=5)).band == Band.around(200, 0.1)
    assert aim(units(), presets()["cn-social"], asked(grids=5, target=250.0)).band == Band.around(250, 0.1)
    assert aim(units(), presets()["cn-social"], asked(grids=5, tolerance=0.02)).band == Band.around(200, 0.02)


def test_a_quota_is_a_share_of_the_mean_of_the_grids_asked_for():
    beat = presets()["police-beat"]
    goal = aim(units(hours=[3.0, 3.0, 4.0]), beat, asked(grids=5))
    assert goal.band == beat.band.of(2.0)
    assert goal.band.high == pytest.approx(2.3)


def test_a_quota_without_a_mean_is_refused_with_what_to_say():
    with pytest.raises(UsageError, match="shares of the mean") as caught:
        aim(units(hours=[3.0, 3.0, 4.0]), presets()["police-beat"], asked())
    assert "--grids" in str(caught.value.mend)


def test_a_quota_gives_way_to_limits_that_are_said_in_full():
    assert aim(units(), presets()["electoral"], asked(min=100.0, max=300.0)).band == Band(100, 200, 300)


def test_limits_move_a_target_that_they_leave_outside():
    assert aim(units(), presets()["cn-social"], asked(target=1000.0, max=900.0)).band == Band(900, 900, 900)


def test_a_measure_that_is_not_there_or_adds_up_to_nothing_is_named():
    with pytest.raises(TableError, match="no 'dogs' to balance"):
        aim(units(), presets()["cn-social"], asked(by="dogs"))
    with pytest.raises(InfeasibleError, match="hold no"):
        aim(units(dogs=[0.0, 0.0, 0.0]), presets()["cn-social"], asked(by="dogs"))


def test_the_history_keeps_the_goal_as_plain_numbers():
    goal = aim(units(), presets()["cn-social"], asked(grids=5))
    numbers = {"measure": "people", "low": goal.band.low, "target": 200, "high": goal.band.high, "grids": 5}
    assert goal.record() == {**numbers, "notes": goal.notes}


@pytest.mark.parametrize("grids", [0, -3])
def test_fewer_than_one_grid_is_no_plan(grids):
    with pytest.raises(UsageError, match="no plan of"):
        aim(units(), presets()["cn-social"], asked(grids=grids))


def test_hours_that_are_reckoned_have_the_range_of_a_worker_less_what_every_grid_has():
    preset = presets()["cn-social"]
    goal = aim(units(hours=[60.0, 20.0, 20.0]), preset, asked(by="hours"), "cn-social")
    fixed = hours.fixed("cn-social")
    assert (goal.measure, goal.practice, goal.grids) == ("hours", "cn-social", None)
    assert goal.band == hours.usual(preset).beside(fixed)
    assert goal.notes == (hours.note(fixed),)


def test_a_number_of_grids_shares_out_the_hours_beside_what_each_of_them_has():
    goal = aim(units(hours=[60.0, 20.0, 20.0]), presets()["cn-social"], asked(by="hours", grids=4), "cn-social")
    assert goal.band.target == pytest.approx(25)
    assert goal.grids == 4
    # A tenth of all hours, those included that every grid has.
    assert goal.band.high - goal.band.target == pytest.approx(0.1 * (25 + hours.fixed("cn-social")))


def test_no_hours_at_all_are_refused():
    with pytest.raises(TableError, match="hold no"):
        aim(units(hours=[0.0, 0.0, 0.0]), presets()["cn-social"], asked(by="hours"), "cn-social")


def test_what_is_not_known_everywhere_is_no_measure():
    with pytest.raises(TableError, match="no 'dogs' to balance") as caught:
        aim(units(dogs=[1.0, None, 2.0]), presets()["cn-social"], asked(by="dogs"))
    assert "people" in str(caught.value.mend)


def test_a_goal_that_was_settled_is_not_changed():
    goal = aim(units(), presets()["cn-social"], asked(grids=5))
    with pytest.raises(FrozenInstanceError):
        goal.grids = 6


def test_one_grid_is_a_plan():
    assert aim(units(), presets()["cn-social"], asked(grids=1)).band == Band.around(1000, 0.1)


def test_a_measure_that_adds_up_to_little_is_one():
    few = units(dogs=[0.5, 0.25, 0.25], hours=[0.5, 0.25, 0.25])
    assert aim(few, presets()["cn-social"], asked(by="dogs", grids=2)).band == Band.around(0.5, 0.1)
    assert aim(few, presets()["cn-social"], asked(by="hours", grids=2), "cn-social").band.target == pytest.approx(0.5)


@pytest.mark.parametrize("limit", ["min", "max"])
def test_a_quota_with_one_limit_lacks_the_mean_as_much(limit):
    with pytest.raises(UsageError, match="shares of the mean"):
        aim(units(), presets()["electoral"], asked(**{limit: 100.0}))


def test_a_target_that_may_be_people_or_households_is_asked_about_and_both_answers_work():
    both = units(households=[200.0, 100.0, 100.0], people=[500.0, 260.0, 240.0])
    with pytest.raises(UsageError, match=r"may be households, which cn-social counts \(300 to 500 in a grid\)"):
        aim(both, presets()["cn-social"], asked(target=1000.0))
    for by in ("people", "households"):
        goal = aim(both, presets()["cn-social"], asked(target=1000.0, by=by))
        assert (goal.measure, goal.band.target) == (by, 1000.0)


@pytest.mark.parametrize("target", [400.0, 5000.0])
def test_a_target_that_only_one_unit_makes_usual_or_none_does_is_of_the_preset_s(target):
    both = units(households=[200.0, 100.0, 100.0], people=[500.0, 260.0, 240.0])
    assert aim(both, presets()["cn-social"], asked(target=target)).measure == "households"
