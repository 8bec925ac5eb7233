"""A second column: which grids leave the band by next year's people."""

import geopandas as gpd
import pytest
from shapely.geometry import box

import gridkit as gk
from gridkit.catalog.presets import presets
from gridkit.errors import TableError

pytestmark = pytest.mark.filterwarnings("ignore::gridkit.GridkitWarning")
ROW = gpd.GeoDataFrame(
    {"people": [50.0] * 4, "next_year": [50.0, 50.0, 90.0, 50.0]},
    geometry=[box(100 * k, 0, 100 * k + 100, 100) for k in range(4)],
    crs=32650,
)
AROUND = gpd.GeoDataFrame({"name": ["Q"]}, geometry=[box(0, 0, 400, 100)], crs=32650)


def plan(**choices):
    return gk.split(AROUND, units=ROW, people=ROW, target=100, **choices)


def test_a_plan_says_which_grids_leave_the_band_by_a_second_column():
    made = plan(check_with="next_year")
    (said,) = [str(note) for note in made.history[-1].notes if "next_year" in str(note)]
    grown = made.units.groupby("grid_id")["next_year"].sum()
    (name,) = grown.index[grown > 110]
    assert said == f"outside the range of size by 'next_year': {name}"


def test_the_audit_names_them_and_takes_another_column_where_asked():
    made = plan(check_with="next_year")
    found = gk.audit(made)
    assert found.verdicts["other"] == "WARN"
    row = next(rule for rule in found.report()["rules"] if rule["rule"] == "other")
    assert len(row["grids"]) == 1
    assert found.table().loc["other", "grids"] == row["grids"][0]
    assert gk.audit(made, check_with="people").verdicts["other"] == "PASS"
    assert gk.audit(plan()).verdicts["other"] == "N/A"


def test_a_column_that_is_not_there_is_named_with_those_that_are():
    with pytest.raises(TableError, match="next_yaer"):
        gk.audit(plan(), check_with="next_yaer")


def test_every_preset_has_the_rule():
    assert all("other" in presets()[name].rules for name in presets())
