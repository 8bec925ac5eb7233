import geopandas as gpd
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from shapely.geometry import box
from towns import EAST, WEST, town

from gridkit.errors import DefinitionError, TableError, UsageError
from gridkit.plan.codes import Template, check, coded, faults, number

BASE = "{county:6}{street:3}{community:3}{seq:3}"


@pytest.mark.parametrize(
    "text",
    ["", "{seq}", "{county:6}", "{seq:3}{seq:2}", "{seq:0}", "G{seq:3", "{Seq:3}", "{a:2}{a:2}{seq:1}", "}{seq:3}"],
)
def test_a_template_that_is_none_is_refused(text):
    with pytest.raises(DefinitionError, match="template"):
        Template.of(text)


def test_braces_of_the_mend_reach_the_reader_as_they_are():
    with pytest.raises(DefinitionError, match=r"\{seq:3\}"):
        Template.of("{seq}")


@given(st.integers(0, 999_999), st.integers(0, 999), st.integers(1, 999))
def test_a_code_reads_back_as_what_was_written(county, street, sequence):
    form = Template.of("{county:6}-{street:3}{seq:3}")
    code = form.write({"county": county, "street": f"{street:03d}", "seq": sequence})
    assert len(code) == form.width
    assert form.read(code) == {"county": f"{county:06d}", "street": f"{street:03d}", "seq": f"{sequence:03d}"}


@pytest.mark.parametrize("value", ["3.2E11", "１２３", "1234567", "", "-1", " 1"])
def test_a_field_takes_only_digits_that_fit(value):
    with pytest.raises(TableError, match="county"):
        Template.of(BASE).write({"county": value, "street": "1", "community": "1", "seq": 1})


@pytest.mark.parametrize(
    "code", ["32050801904400", "3205080190440071", "32050801904400x", "３20508019044007", None, 320508019044007.0]
)
def test_a_malformed_code_is_not_read(code):
    assert Template.of(BASE).read(code) is None


def test_micro_grids_number_on_below_their_grid():
    assert Template.of(BASE).below("{seq:2}").text == "{county:6}{street:3}{community:3}{grid:3}{seq:2}"


def test_grids_are_numbered_west_to_east_in_rows_from_the_north(q_town):
    plan = town(6, 1)
    codes = number(plan.grids, plan.districts, BASE)
    assert codes["W50"] == WEST + "001"
    assert codes["W52"] == WEST + "003"
    assert codes["W40"] == WEST + "004"
    assert codes["E03"] == EAST + "016"


def test_the_height_of_a_row_is_a_parameter():
    plan = town(4, 1)
    tall = number(plan.grids, plan.districts, BASE, row_m=200)
    assert tall["W30"] == WEST + "001"
    assert tall["W20"] == WEST + "002"  # one row of 200 m, west to east, the northern first
    assert tall["W31"] == WEST + "003"
    with pytest.raises(UsageError, match="height"):
        number(plan.grids, plan.districts, BASE, row_m=0)


def test_a_district_without_official_code_gets_plain_numbers(q_town):
    districts = q_town.districts.rename(index={EAST: "east"})
    grids = q_town.grids.assign(parent=q_town.grids["parent"].replace(EAST, "east"))
    assert number(grids, districts, BASE, plain="A{seq:2}").tolist() == ["A04", "A03", "A02", "A01"]


def test_the_official_code_may_stand_in_a_column(q_town):
    districts = q_town.districts.rename(index={WEST: "w", EAST: "e"}).assign(code=[WEST, EAST])
    grids = q_town.grids.assign(parent=q_town.grids["parent"].replace({WEST: "w", EAST: "e"}))
    assert number(grids, districts, BASE)["W10"] == WEST + "001"


def test_codes_in_use_and_retired_are_not_given_again(q_town):
    codes = number(q_town.grids, q_town.districts, "G{seq:3}", taken=["G007", "X9", "G002"])
    assert sorted(codes) == ["G008", "G009", "G010", "G011"]


def test_a_parent_with_more_grids_than_numbers_is_an_error():
    plan = town(8, 1)
    with (
        pytest.raises(TableError, match="2 digits")
        if len(plan.grids) > 99
        else pytest.raises(TableError, match="1 digit")
    ):
        number(plan.grids, plan.districts, "{community:12}{seq:1}")


def test_a_coded_plan_carries_its_codes_everywhere(q_town):
    plan = coded(q_town, BASE)
    assert plan.grids.index.tolist() == [WEST + "001", WEST + "002", EAST + "001", EAST + "002"]
    assert plan.parameters.template == BASE
    assert pd.api.types.is_string_dtype(plan.units["grid_id"])


def test_the_order_of_rows_changes_no_code():
    plan = town(6, 2)
    mixed = plan.grids.sample(frac=1, random_state=3)
    assert (
        number(mixed, plan.districts[::-1], BASE)
        .sort_index()
        .equals(number(plan.grids, plan.districts, BASE).sort_index())
    )


def test_wrong_codes_are_named_by_their_row():
    column = pd.Series(["G001", "G001", "3.2E+11", "G004"], index=[2, 3, 4, 5])
    assert faults(column, "G{seq:3}", ["G004"])["fault"].to_dict() == {
        2: "doubled",
        3: "doubled",
        4: "malformed",
        5: "retired",
    }
    with pytest.raises(TableError, match=r"row 4: '3.2E\+11' is malformed"):
        check(column, "G{seq:3}")
    check(pd.Series(["G001", "G002"]), "G{seq:3}")


def test_polygons_without_parent_codes_are_numbered_too():
    grids = gpd.GeoDataFrame(
        {"parent": ["x", "x"]}, index=["b", "a"], geometry=[box(0, 0, 1, 1), box(0, 5, 1, 6)], crs=32650
    )
    districts = gpd.GeoDataFrame(index=pd.Index(["x"], name="district_id"), geometry=[box(0, 0, 1, 6)], crs=32650)
    assert number(grids, districts).to_dict() == {"b": "G002", "a": "G001"}
