"""Each rule of division alone, on the town of towns.py: grids W00, W10, E01 and E11 of four blocks each."""

from dataclasses import replace

import geopandas as gpd
import pandas as pd
import pytest
from shapely.geometry import LineString, Polygon, box
from towns import METRES, WEST, moved, town

from gridkit.catalog.presets import Rule
from gridkit.plan.audit import rules
from gridkit.plan.audit.audited import Around, Audited
from gridkit.plan.wanted import Wanted
from gridkit.tables import PEOPLE_FROM, TEXT

ANY = Rule("test")


def of(plan, measure="people"):
    """Return a plan as the rules see it."""
    return Audited.of_plan(plan, measure, plan.parameters.band, plan.parameters.template)


def drawn(*shapes, around=None, **columns):
    """Return polygons that are no plan as the rules see them."""
    frame = gpd.GeoDataFrame(columns, geometry=list(shapes), crs=METRES)
    return Audited.of_polygons(frame, around or Around(), "people", None)


def faults(found):
    """Return the grids at fault with their values."""
    return dict(zip(found.places["grid_id"], found.places["value"], strict=True))


# ------------------------------------------------------------------ where a grid lies
def test_a_grid_of_no_district_that_exists_is_an_orphan(q_town):
    assert rules.legal(of(q_town), ANY).value == 0
    lost = replace(q_town, districts=q_town.districts.loc[[WEST]])
    found = rules.legal(of(lost), ANY)
    assert (found.value, faults(found)) == (2, {"E01": 1.0, "E11": 1.0})


def test_square_metres_outside_the_own_district_are_added_up(q_town):
    found = rules.inside(of(moved(q_town, {"u0002": "W00"})), ANY)
    assert (found.value, faults(found)) == (10_000, {"W00": 10_000.0})
    assert found.places.geometry.iloc[0].equals(box(200, 0, 300, 100))
    assert rules.inside(of(q_town), ANY).value == 0


def test_a_grid_of_an_unknown_district_lies_outside_none(q_town):
    lost = replace(q_town, districts=q_town.districts.loc[[WEST]])
    assert rules.inside(of(lost), ANY).value == 0


def test_ground_of_no_grid_is_a_gap_and_so_is_a_hole_where_no_district_is_known(q_town):
    less = drawn(box(0, 0, 200, 400), around=Around(q_town.districts))
    found = rules.gaps(less, ANY)
    assert found.value == 80_000
    assert found.places["grid_id"].isna().all()
    ring = Polygon(box(0, 0, 30, 30).exterior, [box(10, 10, 20, 20).exterior])
    hole = rules.gaps(drawn(ring), ANY)
    assert (hole.value, hole.places.geometry.iloc[0].area) == (100, 100)
    assert rules.gaps(drawn(box(0, 0, 30, 30)), ANY).value == 0


def test_shared_ground_is_an_overlap_and_a_grid_drawn_twice_a_double():
    twice = drawn(box(0, 0, 100, 100), box(90, 0, 200, 100), box(0, 0, 100, 99.5), grid_id=list("abc"))
    over, double = rules.overlaps(twice, ANY), rules.doubles(twice, ANY)
    assert over.value == pytest.approx(1_000 + 995)
    assert (double.value, faults(double)) == (1, {"c": pytest.approx(9_950)})


def test_a_torn_grid_shows_all_its_parts_but_the_largest(q_town):
    found = rules.contiguous(of(moved(q_town, {"u0300": "W00"})), ANY)
    assert (found.value, faults(found)) == (1, {"W00": 10_000.0})
    assert found.places.geometry.iloc[0].equals(box(0, 300, 100, 400))
    assert rules.contiguous(of(q_town), ANY).value == 0


# ------------------------------------------------------------------ how a grid is made
def test_a_limit_is_broken_above_it_and_not_at_it(q_town):
    assert rules.area(of(q_town), Rule("test", limit=40_000)).value == 0
    found = rules.area(of(moved(q_town, {"u0001": "W10"})), Rule("test", limit=40_000))
    assert (found.value, faults(found)) == (1, {"W10": 50_000.0})


def test_ribbons_are_less_compact_than_squares(q_town):
    ribbon = moved(q_town, {"u0100": "W10", "u0101": "W10"})
    assert faults(rules.compact(of(ribbon), Rule("test", limit=0.7))) == {"W00": pytest.approx(0.698, abs=1e-3)}
    assert rules.compact(of(ribbon), Rule("test", limit=0.6)).value == 0


def test_the_longest_walk_without_units_is_the_straight_line_across_a_part():
    apart = gpd.GeoSeries([box(0, 0, 30, 40), box(1_000, 0, 1_060, 80)]).union_all()
    assert rules.longest_walk(drawn(apart, box(0, 100, 3, 104))).tolist() == pytest.approx([100, 5])


def test_where_nobody_lives_is_a_fault_unless_it_is_an_institutions(q_town):
    units = q_town.units.assign(people=q_town.units["people"].where(q_town.units["grid_id"] != "E11", 0))
    empty = replace(q_town, units=units)
    assert faults(rules.people(of(empty), ANY)) == {"E11": 0.0}
    mark = pd.Series("Q Works", index=units.index).where(units["grid_id"] == "E11")
    assert rules.people(of(replace(empty, units=units.assign(dedicated=mark))), ANY).value == 0


def test_the_share_of_grids_outside_the_band_is_of_all_grids(q_town):
    tight = replace(q_town, parameters=replace(q_town.parameters, low=35, target=40, high=45))
    assert rules.band(of(tight), ANY).value == 0
    found = rules.band(of(moved(tight, {"u0001": "W10"})), ANY)
    assert (found.value, faults(found)) == (0.5, {"W00": 30.0, "W10": 50.0})


# ------------------------------------------------------------------ codes
def test_doubled_malformed_and_retired_codes_are_found(q_town):
    squares = [box(100 * k, 0, 100 * k + 100, 100) for k in range(3)]
    assert faults(rules.coded(drawn(*squares, grid_id=["a", "a", "b"]), ANY)) == {"a": 1.0, "a (2)": 1.0}
    template = replace(q_town, parameters=replace(q_town.parameters, template="W{seq:2}"))
    assert set(faults(rules.coded(of(template), ANY))) == {"E01", "E11"}
    assert rules.coded(replace(of(q_town), template=""), ANY).value == 0
    retired = replace(of(template), retired=("W10",))
    assert set(faults(rules.coded(retired, ANY))) == {"E01", "E11", "W10"}


# ------------------------------------------------------------------ what cannot be judged
@pytest.mark.parametrize(
    ("rule", "why"),
    [
        (rules.legal, "no districts were given"),
        (rules.inside, "no districts were given"),
        (rules.features, "neither borders nor lines"),
        (rules.area, "no limit"),
        (rules.walk, "no limit"),
        (rules.compact, "no limit"),
        (rules.compounds, "no compounds are known"),
        (rules.band, "no people or no range of size"),
        (rules.people, "there are no people"),
        (rules.stable, "no plan before this one"),
        (rules.crossings, "no roads are known"),
    ],
)
def test_what_is_not_known_is_not_judged_and_says_why(rule, why):
    found = rule(drawn(box(0, 0, 10, 10)), ANY)
    assert found.value is None
    assert why in str(found.why)


def test_one_grid_alone_has_no_border_to_judge(q_town):
    whole = moved(q_town, dict.fromkeys(q_town.units.index, "one"))
    found = rules.features(of(replace(whole, units=whole.units.assign(parent=WEST))), ANY)
    assert (found.value, str(found.why)) == (None, "no two grids touch inside a district")


def test_a_plan_whose_old_grids_are_all_blank_has_no_plan_before_it(q_town):
    blank = q_town.units.assign(old_grid=pd.Series(None, index=q_town.units.index, dtype=TEXT))
    assert rules.stable(of(replace(q_town, units=blank)), ANY).value is None
    empty = replace(q_town, units=q_town.units.assign(old_grid=q_town.units["grid_id"], people=0))
    assert rules.stable(of(empty), ANY).value == 0


def test_a_split_group_is_found_unless_no_grid_could_hold_it(q_town):
    units = q_town.units.copy()
    units["group"] = pd.Series({"u0001": "a", "u0101": "a", "u0201": "a"}, dtype=TEXT).reindex(units.index)
    plan = replace(q_town, units=units)
    assert faults(rules.compounds(of(plan), ANY)) == {"W00": 2.0}
    tight = replace(plan, parameters=replace(plan.parameters, low=10, target=15, high=20))
    assert rules.compounds(of(tight), ANY).value == 0


def test_people_who_changed_grid_are_counted_against_the_heir_of_their_old_one(q_town):
    units = q_town.units.assign(old_grid=q_town.units["grid_id"].replace("W00", "gone"))
    plan = moved(replace(q_town, units=units), {"u0001": "W10"})
    found = rules.stable(of(plan), ANY)
    assert found.value == pytest.approx(10 / 160)
    assert found.places.geometry.iloc[0].equals(box(100, 0, 200, 100))


def test_the_longest_walk_goes_round_what_a_grid_does_not_hold():
    hook = moved(town(6, 3), {"u0101": "W10", "u0102": "W10"})  # leaves a C: from its one end to the other it is 600 m
    found = faults(rules.walk(of(hook), Rule("test", limit=400.1)))
    assert found == {"W00": pytest.approx(600)}
    assert rules.longest_walk(of(hook))["E01"] == pytest.approx(400)


def test_metres_of_border_on_nothing_are_the_faults_of_the_features_rule(q_town):
    plan = replace(q_town, borders=q_town.borders.assign(feature=q_town.borders["feature"].replace("arterial", "none")))
    found = rules.features(of(plan), ANY)
    assert found.value == 0
    assert found.places["value"].sum() == 400
    assert rules.features(of(q_town), ANY).value == 1


def test_streets_are_counted_where_they_enter_not_where_they_run_along(q_town):
    roads = gpd.GeoDataFrame(
        {"tunnel": [False, False, True]},
        geometry=[
            LineString([(0, 200), (200, 200)]),
            LineString([(50, 150), (50, 250)]),
            LineString([(150, 0), (150, 400)]),
        ],
        crs=METRES,
    )
    plan = replace(q_town, backdrop={"roads": roads})
    assert faults(rules.crossings(of(plan), Rule("test", limit=0))) == {"W00": 1.0, "W10": 1.0}
    assert rules.crossings(of(plan), Rule("test", limit=1)).value == 0


# ------------------------------------------------------------------ micro-grids
def with_micro(plan, **names):
    """Return the plan with a micro-grid per grid, but for the units named."""
    own = (plan.units["grid_id"] + "01").astype(TEXT)
    for unit, name in names.items():
        own[unit] = name
    return replace(
        plan, units=plan.units.assign(micro_id=own), parameters=replace(plan.parameters, micro=(20.0, 40.0, 60.0))
    )


def test_a_micro_grid_is_whole_inside_one_grid_and_in_one_piece(q_town):
    assert rules.micro(of(q_town), ANY).value is None
    assert rules.micro(of(with_micro(q_town)), ANY).value == 0
    across = rules.micro(of(with_micro(q_town, u0002="W0001")), ANY)
    assert across.value == 1
    assert set(across.places["grid_id"]) == {"W00", "E01"}
    apart = rules.micro(of(with_micro(q_town, u0000="W0002", u0101="W0002")), ANY)
    assert apart.value == 2  # corner to corner on both sides


def test_micro_grids_out_of_their_range_are_counted_in_words(q_town):
    said = rules.micro(of(with_micro(q_town, u0000="W0002")), ANY).why
    assert said == "1 micro-grid is outside its range of size"


# ------------------------------------------------------------------ what was asked for beside size and borders
def asking(plan, **wanted):
    """Return a plan as the rules see it, its grids asked to be good at more."""
    return replace(of(plan), wanted=Wanted(**wanted))


def with_column(plan, name, by_grid, other=0.0):
    """Return a plan with a column of its units, the same all over a grid."""
    return replace(plan, units=plan.units.assign(**{name: plan.units["grid_id"].map(by_grid).fillna(other)}))


def test_what_nobody_asked_for_is_not_judged_and_why_is_said(q_town):
    for rule, why in (
        (rules.other, "no second column was named"),
        (rules.alike, "no column was named in which grids should be alike"),
        (rules.even, "no further column was named"),
        (rules.middle, "walks to the middle are not weighed"),
        (rules.office, "no offices were given"),
    ):
        found = rule(of(q_town), Rule("test", limit=1.0))
        assert found.value is None
        assert str(found.why).startswith(why)


def test_grids_that_leave_the_band_by_a_second_column_are_counted(q_town):
    tight = replace(q_town, parameters=replace(q_town.parameters, low=35, target=40, high=45))
    next_year = with_column(tight, "next_year", {"W00": 13.0}, other=10.0)
    found = rules.other(replace(of(next_year), other="next_year"), ANY)
    assert (found.value, faults(found)) == (1, {"W00": 52.0})


def test_units_alike_in_their_grid_and_not_between_grids_correlate_wholly(q_town):
    rent = with_column(q_town, "rent", {"W00": 1.0, "W10": 2.0, "E01": 3.0, "E11": 4.0})
    assert rules.alike(asking(rent, homogeneous={"rent": 5.0}), ANY).value == pytest.approx(1.0)
    flat = with_column(q_town, "rent", {}, other=1.0)
    assert rules.alike(asking(flat, homogeneous={"rent": 5.0}), ANY).value is None


def test_a_grid_that_holds_more_of_a_column_than_its_neighbours_is_at_fault_above_the_limit(q_town):
    elders = with_column(q_town, "elders", {"W00": 3.0, "W10": 1.0}, other=2.0)
    found = rules.even(asking(elders, even={"elders": 1.0}), Rule("test", limit=0.4))
    assert (found.value, set(faults(found))) == (2, {"W00", "W10"})
    assert rules.even(asking(elders, even={"elders": 1.0}), Rule("test", limit=0.6)).value == 0


@pytest.mark.filterwarnings("ignore::gridkit.errors.GridkitWarning")
def test_walks_to_the_middle_are_held_to_the_limit_in_minutes(q_town):
    far, near = (rules.middle(asking(q_town, walk=1.0), Rule("test", limit=minutes)) for minutes in (0.01, 60.0))
    assert far.value == len(q_town.grids)
    assert min(faults(far).values()) > 0.01
    assert near.value == 0


def test_a_grid_may_be_outside_by_how_surely_its_people_are_placed(q_town):
    tight = replace(q_town, parameters=replace(q_town.parameters, low=35, target=40, high=45))
    spread = replace(tight, units=tight.units.assign(**{PEOPLE_FROM: "area"}))
    placed = replace(of(spread), off={"area": 0.2})
    # Four units of ten people, each off by two: four for the grid.
    assert rules.sure(placed, Rule("test", limit=1.0)).value == 0
    unsure = rules.sure(placed, Rule("test", limit=2.0))
    assert unsure.value == 1
    assert set(faults(unsure).values()) == {8.0}
    assert "may be outside" in str(unsure.why)
    for unknown in (of(tight), of(spread), replace(placed, measure="area_m2")):
        assert rules.sure(unknown, Rule("test", limit=1.0)).value is None


# ------------------------------------------------------------------ what cannot be judged without units
def test_without_units_there_are_no_joints_gaps_or_roads_to_judge(q_town):
    bare = drawn(box(0, 0, 100, 100))
    for rule in (rules.islands, rules.necks, rules.main_roads, rules.micro, rules.stable, rules.sure):
        assert rule(bare, Rule("test", limit=10.0)).value is None
    for rule in (rules.necks, rules.area, rules.walk, rules.compact):
        assert rule(of(q_town), ANY).value is None
    assert rules.islands(of(q_town), ANY).value == 0
    assert rules.necks(of(q_town), Rule("test", limit=10.0)).value == 0


def test_roads_of_one_class_leave_no_main_road_to_judge(q_town):
    plain = replace(q_town, borders=q_town.borders.assign(feature="street"))
    assert "one class" in str(rules.main_roads(of(plain), Rule("test", limit=100.0)).why)


def test_a_main_road_inside_a_grid_is_at_fault_above_its_metres(q_town):
    inner = q_town.borders["unit_id"].eq("u0000") | q_town.borders["neighbour"].eq("u0000")
    main = replace(q_town, borders=q_town.borders.assign(feature=inner.map({True: "arterial", False: "street"})))
    found = rules.main_roads(of(main), Rule("test", limit=150.0))
    assert (found.value, set(faults(found))) == (1, {"W00"})
    # One line for a grid, with all its metres, however many borders they lie along.
    assert (len(found.places), found.places["value"].item(), found.places.length.item()) == (1, 200.0, 200.0)
    assert rules.main_roads(of(main), Rule("test", limit=250.0)).value == 0
