import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from towns import town

from gridkit.errors import InfeasibleError
from gridkit.plan.life.edit import Move, Together, edit
from gridkit.plan.life.rules import ground
from gridkit.plan.life.verdict import Claim, opposed, weighed

TOWN = town(6, 3)
UNITS, GRIDS = TOWN.units.index.tolist(), TOWN.grids.index.tolist()


def grounded(**columns):
    units = TOWN.units.assign(**{name: pd.Series(values).reindex(TOWN.units.index) for name, values in columns.items()})
    return ground(units, TOWN.ends, TOWN.parameters)


def move(name, unit, to, hand="Pan", **more):
    return Claim(name, hand, "move", unit, TOWN.units["grid_id"].get(unit, "W00"), to, **more)


def hold(name, kind, unit="", grid="W00", hand="Pan"):
    return Claim(name, hand, kind, unit, grid)


def judged(*claims, **columns):
    return {name: (each.status, each.reason) for name, each in weighed(grounded(**columns), claims).items()}


def test_what_is_not_there_is_declined_and_what_is_done_already_is_accepted():
    elsewhere = Claim("c", "Pan", "move", "u0200", "W99", "W10")
    assert judged(move("a", "u9999", "W10"), move("b", "u0200", "X"), elsewhere, hold("d", "lock", grid="X")) == {
        "a": ("declined", "unit"),
        "b": ("declined", "grid"),
        "c": ("declined", "elsewhere"),
        "d": ("declined", "grid"),
    }
    assert judged(Claim("e", "Pan", "move", "u0200", "W99", "W00")) == {"e": ("accepted", "")}


def test_a_chain_of_which_no_move_is_possible_alone_holds_together():
    chain = [move("a", "u0100", "W10"), move("b", "u0200", "W10")]
    assert judged(chain[0])["a"] == ("declined", "whole")
    assert judged(*chain) == {"a": ("accepted", ""), "b": ("accepted", "")}


def test_one_bad_move_does_not_take_the_others_down():
    assert judged(move("a", "u0000", "W10"), move("b", "u0200", "W10")) == {
        "a": ("declined", "whole"),
        "b": ("accepted", ""),
    }


def test_whoever_moves_a_unit_on_has_withdrawn_his_first_move():
    assert judged(move("a", "u0200", "E01"), move("b", "u0200", "W10")) == {
        "a": ("withdrawn", "replaced"),
        "b": ("accepted", ""),
    }
    assert judged(hold("a", "lock"), hold("b", "free"))["a"] == ("withdrawn", "replaced")


@pytest.mark.parametrize(
    ("one", "two", "reasons"),
    [
        (move("a", "u0200", "W10"), move("b", "u0200", "E01", "Ren"), ("torn", "torn")),
        (move("a", "u0200", "W10"), move("b", "u0200", "W00", "Ren"), ("torn", "torn")),
        (move("a", "u0200", "W10"), hold("b", "lock", hand="Ren"), ("kept", "contrary")),
        (hold("a", "lock"), hold("b", "free", "u0000", hand="Ren"), ("contrary", "contrary")),
    ],
)
def test_what_people_disagree_about_waits(one, two, reasons):
    assert judged(one, two) == {"a": ("open", reasons[0]), "b": ("open", reasons[1])}
    assert opposed(grounded(), one, two) == reasons[0]


def test_what_people_agree_about_is_taken():
    assert set(judged(move("a", "u0200", "W10"), move("b", "u0200", "W10", "Ren")).values()) == {("accepted", "")}


def test_two_units_of_one_compound_are_one_thing_to_disagree_about():
    sides = move("a", "u0200", "W10"), move("b", "u0201", "W00", "Ren")
    assert judged(*sides)["a"] == ("accepted", "")
    assert judged(*sides, group={"u0200": "c", "u0201": "c"})["a"] == ("open", "torn")


def test_what_waits_is_disputed_and_never_applied():
    waiting = move("a", "u0200", "E01", "Ren", waits=True)
    assert judged(waiting, move("b", "u0200", "W10")) == {"a": ("open", "torn"), "b": ("open", "torn")}
    assert judged(waiting) == {"a": ("open", "")}


def test_a_locked_unit_stays_until_it_is_freed():
    locked = {"lock": {"u0200": "W00"}}
    assert judged(move("a", "u0200", "W10"), **locked) == {"a": ("declined", "locked")}
    assert judged(hold("f", "free", "u0200"), move("a", "u0200", "W10"), **locked)["a"] == ("accepted", "")
    assert judged(hold("l", "lock"), move("a", "u0200", "W10"))["a"] == ("declined", "locked")
    assert judged(move("a", "u0200", "W10"), hold("l", "lock"))["a"] == ("accepted", "")


claims = st.lists(st.tuples(st.sampled_from(UNITS), st.sampled_from(GRIDS)), min_size=1, max_size=6)


@settings(max_examples=40)
@given(claims)
def test_the_edit_accepts_what_was_accepted_and_no_move_more(wanted):
    asked = {f"c{k}": move(f"c{k}", unit, to) for k, (unit, to) in enumerate(dict(wanted).items())}
    found = weighed(grounded(), list(asked.values()))
    taken = [asked[name] for name, each in found.items() if each.status == "accepted"]
    together = [Move((each.unit,), each.to) for each in taken]
    if together:
        edit(TOWN, [Together(tuple(together))])
    for name, each in found.items():
        if each.status == "declined":
            with pytest.raises(InfeasibleError):
                edit(TOWN, [Together((*together, Move((asked[name].unit,), asked[name].to)))])
