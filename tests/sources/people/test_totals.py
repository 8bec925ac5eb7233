"""Official totals are found by the codes or names of parents, in whatever table they come."""

from __future__ import annotations

from typing import TYPE_CHECKING

import geopandas as gpd
import pandas as pd
import pytest
import shapely
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from gridkit import ledger
from gridkit.errors import GridkitWarning, TableError
from gridkit.sources.people import totals
from gridkit.sources.reading import Reading

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def districts() -> gpd.GeoDataFrame:
    """Return two communities side by side."""
    frame = gpd.GeoDataFrame(
        {"name": ["东社区", "西社区"]},
        geometry=[shapely.box(0, 0, 1, 1), shapely.box(1, 0, 2, 1)],
        index=["329901001001", "329901001002"],
        crs=32651,
    )
    return frame.rename_axis("district_id")


@pytest.mark.parametrize(
    "text",
    [
        '代码,人口,户数\n329901001001,"1,200",400\n329901001002,800,300\n',
        "人口统计表\n社区,人口,户数\n东社区,1200,400\n西社区,800,300\n合计,2000,700\n",
    ],
    ids=["by code", "by name, with a title and a total"],
)
def test_totals_are_found_by_code_or_name(text: str, districts: gpd.GeoDataFrame, tmp_path: Path) -> None:
    (tmp_path / "totals.csv").write_text(text, encoding="gb18030")
    found = totals.read(tmp_path / "totals.csv", districts, reading=Reading())
    assert found.to_dict("index") == {
        "329901001001": {"people": 1200, "households": 400},
        "329901001002": {"people": 800, "households": 300},
    }


@pytest.mark.parametrize(
    ("text", "said"),
    [("名称,人口\n北社区,5\n", "no column names the parents"), ("社区,面积\n东社区,5\n", "no column counts people")],
)
def test_a_table_that_does_not_fit_says_what_is_missing(
    text: str, said: str, districts: gpd.GeoDataFrame, tmp_path: Path
) -> None:
    (tmp_path / "totals.csv").write_text(text, encoding="utf-8")
    with pytest.raises(TableError, match=said):
        totals.read(tmp_path / "totals.csv", districts, reading=Reading())


# ---------------------------------------------------------------- rows and parents that do not meet


def town(codes: list[str], names: list[str] | None = None) -> gpd.GeoDataFrame:
    """Return communities side by side, each a square of 1 m."""
    shapes = [shapely.box(at, 0, at + 1, 1) for at in range(len(codes))]
    frame = gpd.GeoDataFrame({"name": names or codes}, geometry=shapes, index=codes, crs=32651)
    return frame.rename_axis("district_id")


def of(table: dict[str, list[object]], districts: gpd.GeoDataFrame) -> pd.DataFrame:
    frame = gpd.GeoDataFrame(table, geometry=gpd.GeoSeries([None] * len(next(iter(table.values())))))
    return totals.read(frame, districts, reading=Reading())


def accounts(found: pd.DataFrame) -> dict[str, ledger.Account]:
    return {each.role: each for each in ledger.of(found)}


FIVE = ["0101", "0102", "0103", "1101", "1102"]


@pytest.mark.parametrize(
    "codes",
    [
        ["101", "102", "103", "1101", "1102"], [101, 102, 103, 1101, 1102], [101.0, 102.0, 103.0, 1101.0, 1102.0],
        ["101.0", "102.0", "103.0", "1101.0", "1102.0"], [" 0101", "0102 ", "0103", "1101", "1102"], FIVE,
    ],
)  # fmt: skip
def test_codes_are_found_without_their_zeros_and_as_numbers(codes: list[object]) -> None:
    found = of({"code": codes, "people": [1, 2, 3, 4, 5]}, town(FIVE))
    assert found["people"].to_dict() == dict(zip(FIVE, [1, 2, 3, 4, 5], strict=True))


def test_zeros_are_not_taken_off_where_two_codes_would_be_one() -> None:
    with pytest.warns(GridkitWarning, match="1 parent has no row in it"):
        found = of({"code": ["0101", "102"], "people": [1, 2]}, town(["0101", "101", "0102"]))
    assert found["people"].to_dict() == {"0101": 1, "0102": 2}


def test_code_comes_before_name_and_name_fills_what_code_leaves() -> None:
    table = {"编码": ["A1", "", "A3"], "社区": ["东村", "南村居委会", "东村"], "人口": [1, 2, 4]}
    found = of(table, town(["A1", "A2", "A3"], ["东村", "南村", "北村"]))
    assert found["people"].to_dict() == {"A1": 1, "A2": 2, "A3": 4}
    assert any("南村居委会 = 南村" in note for note in accounts(found)["totals"].notes)


def test_a_name_of_two_parents_is_refused_unless_codes_tell() -> None:
    two = town(["A1", "A2"], ["新柳社区", "新柳社区"])
    with pytest.raises(TableError, match="'新柳社区' stands for more than one parent: A1, A2"):
        of({"社区": ["新柳社区", "新柳社区"], "人口": [1, 2]}, two)
    assert of({"code": ["A1", "A2"], "社区": ["新柳社区"] * 2, "人口": [1, 2]}, two)["people"].tolist() == [1, 2]


def test_rows_and_parents_without_a_partner_are_told_with_proposals() -> None:
    four = town(["A1", "A2", "A3", "A4"], ["柳舟社区", "石岚社区", "念渡社区", "河芷社区"])
    table = {"社区": ["柳州社区", "石岚社区", "念渡社区", "合计"], "人口": [9, 2, 3, 14]}
    with pytest.warns(GridkitWarning) as caught:
        found = of(table, four)
    said = " ".join(str(each.message) for each in caught)
    assert "1 row matches no parent: 柳州社区 (柳舟社区?)" in said
    assert "2 parents have no row in it, and keep what the people's file says: A1 柳舟社区, A4 河芷社区" in said
    assert accounts(found)["totals"].lost == {"unmatched": 1, "footer": 1}
    assert accounts(found)["parents"].lost == {"unmatched": 2}


def test_estates_of_one_community_add_up_and_a_row_again_does_not() -> None:
    table = {"社区": ["东村", "东村", "东村", "西村"], "小区": ["a", "b", "b", "c"], "人口": [1, 2, 2, 4]}
    found = of(table, town(["A1", "A2"], ["东村", "西村"]))
    assert found["people"].to_dict() == {"A1": 3, "A2": 4}
    assert accounts(found)["totals"].lost == {"doubled": 1}


def test_a_total_that_is_blank_asks_for_nothing_and_one_below_zero_is_refused() -> None:
    with pytest.warns(GridkitWarning, match="1 parent has no row"):
        found = of({"社区": ["东村", "西村"], "人口": ["7", "*"]}, town(["A1", "A2"], ["东村", "西村"]))
    assert (found["people"].to_dict(), accounts(found)["totals"].lost) == ({"A1": 7}, {"blank": 1})
    with pytest.raises(TableError, match="below zero"):
        of({"社区": ["东村"], "人口": [-7]}, town(["A1"], ["东村"]))


def test_totals_alone_are_a_source_of_people() -> None:
    two = town(["A1", "A2"], ["东村", "西村"])
    made = totals.spread(of({"社区": ["东村", "西村"], "人口": [7, 8], "户数": [2, 3]}, two), two)
    assert (made["people"].tolist(), made["households"].tolist()) == ([7, 8], [2, 3])
    assert made.geometry.geom_equals(two.geometry, align=False).all()


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(st.permutations(range(6)), st.permutations(["社区", "人口", "户数"]))
def test_order_of_rows_and_columns_says_nothing_and_rows_add_up(rows: list[int], columns: list[str]) -> None:
    table = pd.DataFrame({
        "社区": ["东村", "西村", "南村居委会", "西 村", "东村", "北"], "人口": [1, 2, 3, 4, 5, 6], "户数": [1] * 6,
    })  # fmt: skip
    mixed = table.iloc[list(rows)][list(columns)].reset_index(drop=True)
    with pytest.warns(GridkitWarning, match="matches no parent"):
        found = of({str(name): mixed[name].tolist() for name in mixed}, town(["A", "B", "C"], ["东村", "西村", "南村"]))
    assert found[["people", "households"]].to_dict("index") == {
        "A": {"people": 6, "households": 2}, "B": {"people": 6, "households": 2}, "C": {"people": 3, "households": 1},
    }  # fmt: skip
    account = accounts(found)["totals"]
    assert account.read == account.used + sum(account.lost.values()) == 6


TRUE = {"329901001001": 12_000, "329901001002": 8_000}


def read_people(rows: list[list[object]], districts: gpd.GeoDataFrame, tmp_path: Path) -> pd.DataFrame:
    text = "\n".join(",".join("" if cell is None else str(cell) for cell in row) for row in rows) + "\n"
    (tmp_path / "totals.csv").write_text(text, encoding="utf-8")
    return totals.read(tmp_path / "totals.csv", districts, reading=Reading())


@pytest.mark.parametrize(
    "rows",
    [
        [["社区", "人口（万人）"], ["东社区", 1.2], ["西社区", 0.8]],
        [["单位：万人", None], ["社区", "人口"], ["东社区", 1.2], ["西社区", 0.8]],
        [["name", "Population (thousands)"], ["东社区", 12], ["西社区", 8]],
        [["name", "Einwohner (in Tsd.)"], ["东社区", "12.0"], ["西社区", "8.0"]],
        [["name", "Population '000"], ["东社区", 12], ["西社区", 8]],
        [["社区", "人口"], ["东社区", "1.2万人"], ["西社区", "8000人"]],
        [["社区", "人口", "户数"], ["名称", "人", "户"], ["东社区", 12000, 40], ["西社区", 8000, 30]],
        [["社区", "人口", "户数"], [None, "(万人)", "(户)"], ["东社区", 1.2, 40], ["西社区", 0.8, 30]],
        [["社区", "人口", None, None], [None, "合计", "男", "女"], ["东社区", 12000, 6, 5], ["西社区", 8000, 1, 7]],
        [["社区", "性别", "人口"], *[[name, sex, n] for name, m, w in (("东社区", 7000, 5000), ("西社区", 4500, 3500))
                                    for sex, n in (("男", m), ("女", w), ("合计", m + w))]],
        [["街道", "社区", "人口"], ["长街道", None, 20000], [None, "东社区", 12000], [None, "西社区", 8000]],
        [["社区", "人口"], ["全区合计", 20000], ["东社区", 12000], ["西社区", 8000], ["其中：城镇", 7000]],
        [["社区", "人口"], ["东社区", 12000], ["西社区", 8000], ["注：数据来源于普查", None]],
    ],
    ids=["万 in the header", "万 above", "thousands", "Tsd.", "'000", "万 in cells", "a line of units",
         "units of 万 below", "two lines", "men, women, all", "the street above", "the whole first", "a note"],
)  # fmt: skip
def test_a_count_is_the_same_however_the_table_is_drawn_up(
    rows: list[list[object]], districts: gpd.GeoDataFrame, tmp_path: Path
) -> None:
    found = read_people(rows, districts, tmp_path)
    assert found["people"].round(6).to_dict() == TRUE
    assert ledger.of(found).check(()) is None


def test_rows_of_several_years_are_not_added_up(districts: gpd.GeoDataFrame, tmp_path: Path) -> None:
    rows = [[name, year, 100] for name in ("东社区", "西社区") for year in (2023, 2024)]
    with pytest.raises(TableError, match="several years"):
        read_people([["社区", "年份", "人口"], *rows], districts, tmp_path)


def test_columns_of_several_years_are_asked_about(districts: gpd.GeoDataFrame, tmp_path: Path) -> None:
    rows = [["社区", "2023年人口", "2024年人口"], ["东社区", 1, 12000], ["西社区", 1, 8000]]
    with pytest.raises(TableError, match="2023年人口, 2024年人口"):
        read_people(rows, districts, tmp_path)


def test_a_rate_or_a_place_called_after_ten_thousand_is_no_scale(districts: gpd.GeoDataFrame, tmp_path: Path) -> None:
    rows = [["社区", "万户镇人口", "每万人床位数"], ["东社区", 12000, 3.5], ["西社区", 8000, 2.5]]
    with pytest.raises(TableError, match="no column counts people"):
        read_people(rows, districts, tmp_path)
    rows[0] = ["社区", "人口", "每万人床位数"]
    assert read_people(rows, districts, tmp_path)["people"].to_dict() == TRUE


def test_a_first_row_of_withheld_counts_is_no_header(districts: gpd.GeoDataFrame, tmp_path: Path) -> None:
    rows = [["社区", "人口", "户数"], ["东社区", "*", "*"], ["西社区", 8000, 30]]
    with pytest.warns(GridkitWarning, match="1 parent has no row"):
        found = read_people(rows, districts, tmp_path)
    assert found["people"].to_dict() == {"329901001002": 8000}
