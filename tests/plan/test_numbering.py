"""Numbers of units and of borders on paper: the units' own, whatever grids they are in."""

from towns import moved, town

from gridkit.plan.numbering import numbering


def test_numbers_run_inside_a_community_and_stay_through_redraws():
    plan = town()
    numbers = numbering(plan)
    for parent in plan.districts.index:
        own = sorted(number for unit, number in numbers.of.items() if numbers.parents[unit] == parent)
        assert own == list(range(1, len(own) + 1))
    other = numbering(moved(plan, {"u0001": "W10"}))
    assert (other.of, other.code) == (numbers.of, numbers.code)
    unit = plan.units.index[0]
    assert numbers.unit(numbers.parents[unit], numbers.of[unit]) == unit
    assert numbers.unit(numbers.parents[unit], 999) is None


def test_other_units_have_another_check_code():
    assert numbering(town(4)).code != numbering(town(6)).code
