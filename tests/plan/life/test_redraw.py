from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from shapely.geometry import box
from towns import EAST, WEST, moved, town

from gridkit.band import Band
from gridkit.catalog.presets import Rule, presets
from gridkit.errors import GridkitWarning, InfeasibleError, TableError, UsageError
from gridkit.partition import Prices
from gridkit.plan.audit.audit import audit
from gridkit.plan.codes import coded
from gridkit.plan.compare import compare
from gridkit.plan.life.edit import Lock, Merge
from gridkit.plan.life.history import undo
from gridkit.plan.life.redraw import Change, Search, carried, redraw
from gridkit.tables import TEXT

PRICES = Prices(change=2.0)


def parts(plan):
    rules = {name: Rule("test", fail=0) for name in ("contiguous", "inside", "band")}
    return audit(plan, replace(presets()["cn-social"], rules=rules)).verdicts


@pytest.fixture(scope="module")
def city():
    """Return a town of 24 x 24 blocks in grids of 4 x 4, coded, 160 people each, allowed 144 to 176."""
    plan = town(24, 4)
    return coded(
        replace(plan, parameters=replace(plan.parameters, low=144, target=160, high=176)), "{community:12}{seq:3}"
    )


def grown(plan, share=0.08):
    """Return the units with ``share`` of all people more in the north-west quarter."""
    quarter = plan.units.index[(plan.units["parent"] == WEST) & (plan.units.centroid.y > 1200)]
    more = share * plan.units["people"].sum() / len(quarter)
    units = plan.units.assign(people=plan.units["people"].astype(float))
    units.loc[quarter, "people"] += more
    return units, quarter


def test_growth_in_one_quarter_leaves_the_others_where_they_are(city):
    units, quarter = grown(city)
    plan = redraw(city, Change(units=units, reason="8 % more"), prices=PRICES)
    assert set(parts(plan).values()) == {"PASS"}
    others = ~units.index.isin(quarter)
    stayed = (plan.units["grid_id"] == city.units["grid_id"])[others]
    assert np.average(stayed, weights=units["people"][others]) >= 0.95


def test_a_plan_that_fits_already_is_left_alone(city):
    plan = redraw(city, Change(units=city.units.assign(people=city.units["people"] * 1.05)))
    assert plan.digest == city.digest
    assert plan.history[-1].command == "redraw"


def test_only_the_grids_named_and_their_neighbours_change(city):
    units, _ = grown(city)
    corner = city.units["grid_id"]["u2300"]
    with pytest.warns(GridkitWarning, match="outside the range of size"):  # the rest of the quarter grew too
        plan = redraw(city, Change(units=units, around=(corner,)), prices=PRICES)
    changed = plan.units.index[plan.units["grid_id"] != city.units["grid_id"]]
    near = city.units.cx[0:800, 1600:2400].index
    assert len(changed)
    assert set(changed) <= set(near)


def test_locked_grids_do_not_change(city):
    units, _ = grown(city)
    corner = city.units["grid_id"]["u2300"]
    with pytest.warns(GridkitWarning, match="outside the range of size"):
        plan = redraw(city, Change(units=units, edits=(Lock((corner,)),)), prices=PRICES)
    mine = city.units["grid_id"] == corner
    assert (plan.units["grid_id"][mine] == corner).all()
    assert (plan.units["grid_id"][~mine] != corner).all()
    assert plan.units["lock"].notna().sum() == mine.sum()


def test_codes_are_stable_over_three_redraws_and_never_come_back(city):
    plan, seen, gone = city, set(city.grids.index), set()
    for low, high in ((290, 350), (144, 176), (200, 280)):
        plan = redraw(plan, Change(band=Band(low, (low + high) / 2, high)), prices=PRICES)
        now = set(plan.grids.index)
        assert not now & gone
        gone |= seen - now
        seen |= now
        assert gone == set(plan.records["retired"].index)
        assert {code[:12] for code in now} == {WEST, EAST}
        assert (plan.units["grid_id"].str[:12] == plan.units["parent"]).all()
    assert gone


def test_undo_of_a_redraw_gives_back_people_band_and_codes(city):
    units, _ = grown(city)
    plan = undo(redraw(city, Change(units=units, band=Band(150, 165, 180)), prices=PRICES))
    pd.testing.assert_frame_equal(pd.DataFrame(plan.units), pd.DataFrame(city.units))
    assert plan.parameters == city.parameters
    assert plan.history == city.history
    assert plan.records == city.records


def test_the_same_seed_redraws_the_same_plan_on_any_number_of_threads(city):
    units, _ = grown(city)
    once, twice = (redraw(city, Change(units=units), prices=PRICES, search=Search(3, threads)) for threads in (1, 4))
    assert once.digest == twice.digest


def test_edits_come_before_the_redraw_and_may_leave_the_band(city):
    a, b = city.units["grid_id"][["u2300", "u2304"]]
    plan = redraw(city, Change(edits=(Merge((a, b)),), reason="one gate"), prices=PRICES)
    assert [each.command for each in plan.history[-2:]] == ["edit", "redraw"]
    assert set(parts(plan).values()) == {"PASS"}


def test_new_units_take_over_the_grid_they_lie_on(q_town):
    cut = box(0, 0, 30, 100)
    halves = q_town.units.loc[["u0000", "u0000"]].set_axis(pd.Index(["n1", "n2"], name="unit_id"))
    halves["geometry"] = [cut, box(30, 0, 100, 100)]
    units = pd.concat([q_town.units.drop(index="u0000"), halves]).drop(columns="grid_id")
    units["area_m2"] = units.area
    locked = replace(
        q_town, units=q_town.units.assign(lock=pd.Series({"u0000": "W00"}, dtype=TEXT).reindex(q_town.units.index))
    )
    found = carried(locked, units)
    assert found["grid_id"][["n1", "n2", "u0001"]].tolist() == ["W00"] * 3
    assert found["lock"].dropna().index.tolist() == ["n1", "n2"]
    with pytest.raises(TableError, match="no borders"):
        redraw(q_town, Change(units=units))


def test_new_ground_joins_the_nearest_grid(q_town):
    new = q_town.units.iloc[[0]].assign(geometry=[box(-100, 0, 0, 100)]).set_axis(pd.Index(["new"], name="unit_id"))
    found = carried(q_town, pd.concat([q_town.units, new]).drop(columns="grid_id"))
    assert found["grid_id"]["new"] == "W00"


def test_units_cut_anew_redraw_and_come_back(q_town):
    units = q_town.units.copy()
    units.loc["u0000", "geometry"] = box(0, 0, 90, 100)
    extra = (
        units.loc[["u0000"]].assign(geometry=[box(90, 0, 100, 100)], people=0).set_axis(pd.Index(["x"], name="unit_id"))
    )
    both = pd.concat([units, extra])
    both["area_m2"] = both.area
    borders = q_town.borders.copy()
    touching = (borders["unit_id"] == "u0000") & (borders["neighbour"] == "u0001")
    borders.loc[touching, "unit_id"] = "x"
    borders.loc["bx"] = {**borders.iloc[0].to_dict(), "unit_id": "u0000", "neighbour": "x"}
    borders = borders.set_crs(q_town.crs)
    tight = replace(q_town, parameters=replace(q_town.parameters, low=30, target=40, high=50))
    plan = redraw(tight, Change(units=both, borders=borders.rename_axis("border_id")), prices=PRICES)
    assert plan.units["grid_id"]["x"] == "W00"
    back = undo(plan)
    assert back.units.equals(tight.units)
    assert back.borders.equals(tight.borders)
    assert back.past == {}


def test_a_redraw_that_cannot_be_says_why(q_town, city):
    with pytest.raises(TableError, match="no grid"):
        redraw(q_town, Change(around=("nowhere",)))
    bare = replace(q_town, parameters=replace(q_town.parameters, low=0, target=0, high=0))
    with pytest.raises(UsageError, match="no range of size"):
        redraw(bare, Change())
    everything = tuple(city.grids.index)
    with pytest.raises(InfeasibleError, match="every grid is locked"):
        redraw(city, Change(edits=(Lock(everything),), everywhere=True))


def test_a_redrawn_plan_is_judged_by_how_little_changed(city):
    units, _ = grown(city)
    plan = redraw(city, Change(units=units), prices=PRICES)
    stable = {each.name: each for each in audit(plan, presets()["cn-social"]).judged}["stable"]
    assert stable.value == pytest.approx(compare(city, plan).facts["share_moved"], abs=0.01)


def test_a_grid_in_two_pieces_is_healed(city):
    far = moved(city, {"u0000": city.units["grid_id"]["u2300"]})
    assert parts(far)["contiguous"] == "FAIL"
    plan = redraw(far, Change(), prices=PRICES)
    assert set(parts(plan).values()) == {"PASS"}
    assert compare(far, plan).facts["share_moved"] < 0.05


def test_two_faults_far_apart_are_mended_apart(city):
    units = city.units.assign(people=city.units["people"].astype(float))
    units.loc[["u0000", "u2323"], "people"] += 30
    plan = redraw(city, Change(units=units), prices=PRICES)
    assert set(parts(plan).values()) == {"PASS"}
    changed = plan.units[plan.units["grid_id"] != city.units["grid_id"]]
    assert changed.cx[900:1500, 900:1500].empty


def stopped(monkeypatch):
    """Let every search say that it was stopped."""
    from gridkit import partition

    search = partition.search
    monkeypatch.setattr(partition, "search", lambda *a, **k: replace(search(*a, **k), interrupted=True))


def test_a_redraw_that_is_stopped_gives_the_best_plan_so_far_and_says_so(city, monkeypatch):
    units, _ = grown(city, 0.002)
    stopped(monkeypatch)
    plan = redraw(city, Change(units=units, everywhere=True), prices=PRICES)
    assert plan.interrupted
    assert set(parts(plan).values()) == {"PASS"}


def test_a_redraw_that_is_stopped_before_all_grids_are_in_the_band_changes_nothing(city, monkeypatch):
    units, _ = grown(city)
    weights = units["people"].copy()
    weights[units["parent"] == EAST] *= 1.4
    stopped(monkeypatch)
    with pytest.raises(KeyboardInterrupt):
        redraw(city, Change(units=units.assign(people=weights)), prices=PRICES)
