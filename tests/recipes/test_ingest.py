"""Departments' tables with planted faults on a town of sixteen blocks."""

from __future__ import annotations

import json
import subprocess
import sys
from dataclasses import replace

import geopandas as gpd
import openpyxl
import pandas as pd
import pytest
from shapely.geometry import Point, box
from towns import EAST, METRES, WEST, town

import gridkit as gk
from gridkit.errors import TableError, UsageError
from gridkit.recipes import ingest as recipe
from gridkit.render.page.question import Asked, headline
from gridkit.store import geopackage

pytestmark = pytest.mark.filterwarnings("ignore")
ID = "11010519491231002X"
CIVIL = pd.DataFrame(
    {
        "编号": ["A001", "A002", "A003", "A002", "A005", "A006"],
        "姓名": ["张三丰", "李四光", "王五常", "李四光", "赵六合", "钱七宝"],
        "身份证号": [ID, "110105194912310038", "", ID, "", ""],
        "联系电话": ["13800138000", "", "", "13800138000", "", ""],
        "网格编码": ["W00", "W00", "E11", "X99", "", "E01"],
        "社区": ["西社区", "西社区", "East", "西社区", "西社区", "西社区"],
        "更新日期": ["2026-03-01", "2026-03-02", "2025-01-01", "2026-03-01", "", "2026-02-01"],
    }
)
MARKET = gpd.GeoDataFrame(
    {
        "名称": ["小小面馆", "大大超市", "远方商店"],
        "统一社会信用代码": ["91110105MA0000001A", "91110105MA0000002B", "91110105MA0000003C"],
        "联系人": ["孙八", "周九", "吴十"],
        "更新日期": ["2026-05-01", "2026-05-01", "2026-05-01"],
    },
    geometry=[Point(50, 50), Point(350, 350), Point(9000, 50)],
    crs=METRES,
)
FIRE = pd.DataFrame(
    {
        "名称": ["小小 面馆", "新店一家"],
        "统一社会信用代码": ["91110105MA0000009Z", "91110105MA0000002B"],
        "网格": ["W00网格", "E11"],
    }
)
NO_KEY = pd.DataFrame({"事项": ["甲", "乙"], "金额": [3, 4]})
ALL = {"民政": CIVIL, "市监": MARKET, "消防": FIRE, "财政": NO_KEY}


@pytest.fixture(scope="module")
def shared():
    return gk.ingest(town(), ALL)


def test_every_row_is_matched_or_told_why_not(shared):
    rows = shared.layers["sharing"].tables["rows"]
    civil = rows[rows["table"] == "民政"].set_index("row")
    assert civil["grid_id"].where(civil["grid_id"].notna(), None).tolist() == ["W00", "W00", "E11", None, None, "E01"]
    assert civil.loc[4, "why"] == "community"
    assert civil["conflict"].tolist() == [False] * 5 + [True]
    market = rows[rows["table"] == "市监"].set_index("row")
    assert market["match"].tolist()[:2] == ["place", "place"]
    assert market.loc[3, "why"] == "outside"
    assert rows.loc[rows["table"] == "财政", "why"].tolist() == ["no_key", "no_key"]
    facts = recipe.facts(shared)
    assert facts["without_key"] == ["财政"]
    assert sum(facts["matched"].values()) + sum(facts["unmatched"].values()) == facts["rows"] == 13
    assert facts["joined"] == 8
    account = {each.source: each for step in shared.history for each in step.ledger}
    assert (account["财政"].read, account["财政"].used) == (2, 0)


def test_the_map_says_who_shares_what_of_each_grid(shared):
    grids = shared.layers["sharing"].tables["grids"]
    assert grids["departments"].to_dict() == {"W00": 3, "W10": 0, "E01": 1, "E11": 3}
    assert grids["without"].to_dict() == {"W00": 1, "W10": 4, "E01": 3, "E11": 1}
    assert grids.loc["W00", ["rows", "latest", "stalest", "stalest_days"]].tolist() == [
        4,
        "2026-05-01",
        "2026-03-02",
        60,
    ]
    assert pd.isna(grids.loc["W10", "completeness"])
    assert grids.loc["E01", "completeness"] == pytest.approx(5 / 7)


def test_a_field_that_several_departments_ask_for_is_counted_and_personal_cells_are_not_shown(shared):
    fields = shared.records["shared_fields"].set_index(["table", "field"])
    assert fields.loc[("民政", "姓名"), ["kind", "sample"]].tolist() == ["personal", "***"]
    assert fields.loc[("民政", "身份证号"), "filled"] == pytest.approx(3 / 6)
    asked = shared.records["shared_asked"]
    assert asked.loc["updated", "departments"] == 2
    assert asked.loc["grid", ["departments", "asked_by"]].tolist() == [2, "民政, 消防"]
    assert asked.loc["names of persons", "departments"] == 2
    assert asked.loc["金额", "departments"] == 1


def test_nothing_personal_is_in_the_plan(shared, tmp_path):
    geopackage.write(shared, tmp_path / "plan.gpkg")
    held = (tmp_path / "plan.gpkg").read_bytes()
    facts = json.dumps(recipe.facts(shared), ensure_ascii=False, default=str)
    for text in (ID, "13800138000", "张三丰", "孙八", "小小面馆"):
        assert text.encode() not in held
        assert text not in facts
    again = geopackage.read(tmp_path / "plan.gpkg")
    assert again.layers["sharing"].tables["grids"]["rows"].to_dict() == {"W00": 4, "W10": 0, "E01": 1, "E11": 3}


def test_doubles_stand_within_a_table_and_things_are_proposed_across_but_never_persons(shared):
    doubles = shared.records["shared_doubles"].set_index("key")
    assert doubles.loc["编号", ["groups", "rows", "where"]].tolist() == [1, 2, "2=4"]
    assert doubles.loc["身份证号", "where"] == "1=4"
    proposals = shared.records["shared_proposals"]
    assert proposals[["table", "row", "other_table", "other_row", "by"]].to_numpy().tolist() == [
        ["市监", 2, "消防", 2, "统一社会信用代码"],
        ["市监", 1, "消防", 1, "name"],
    ]
    twice = gk.ingest(town(), {"民政": CIVIL, "卫健": CIVIL})
    assert twice.records["shared_proposals"].empty


def test_what_two_departments_tell_otherwise_of_one_place_is_named_by_its_rows_alone():
    civil = pd.DataFrame({"网格": ["W00", "E01", "E11", "W10"], "户数": [40, 41, 42, 43], "低保户": [1, 2, 3, 4]})
    police = pd.DataFrame({"grid name": ["E11", "W00网格", "E01", "E01"], "households": [42.0, 45, 41, 39]})
    found = gk.ingest(town(), {"民政": civil, "公安": police})
    told = found.records["shared_differences"].to_numpy().tolist()
    # E01 stands twice in one table, so nobody knows which of its rows is compared.
    assert told == [["民政", "户数", "公安", "households", "grid", 2, 1, "1=2"]]
    doubles = found.records["shared_doubles"]
    assert "45" not in str(recipe.facts(found)["differences"])
    assert doubles.empty  # three places in four rows: that is no table with a row for each
    areas = pd.DataFrame({"网格": ["W00", "W10", "E01", "E11", "W01", "W00"], "户数": [40, 41, 42, 43, 44, 39]})
    row = gk.ingest(town(), {"民政": areas}).records["shared_doubles"].iloc[0]
    assert row[["key", "groups", "rows", "unlike", "where"]].tolist() == ["网格", 1, 2, 1, "1=6"]


def test_numbers_of_persons_are_never_compared_between_departments():
    civil = pd.DataFrame({"姓名": ["张三丰", "李四光"], "网格": ["W00", "E01"], "年龄": [70, 71]})
    health = pd.DataFrame({"姓名": ["张三丰", "李四光"], "网格": ["W00", "E01"], "年龄": [69, 71]})
    assert gk.ingest(town(), {"民政": civil, "卫健": health}).records["shared_differences"].empty


def test_rows_follow_their_places_when_the_grids_change(shared):
    from towns import moved

    from gridkit.recipes.refresh import refresh

    after = refresh(moved(shared, {"u0000": "W10"}))
    assert after.layers["sharing"].tables["grids"]["rows: 市监"].to_dict() == {"W00": 0, "W10": 1, "E01": 0, "E11": 1}


def test_an_address_counts_by_the_longest_name_in_it_and_not_where_two_grids_bear_it():
    plan = town()
    units = plan.units.assign(name=None)
    units.loc[["u0000", "u0101", "u0202", "u0303"], "name"] = ["幸福花园", "幸福花园", "幸福", "长江大院"]
    from dataclasses import replace

    table = pd.DataFrame({"地址": ["东街道幸福花园3号楼", "幸福路9号", "长江大院", "无名路", ""]})
    rows = gk.ingest(replace(plan, units=units), {"城管": table}).layers["sharing"].tables["rows"]
    assert rows["grid_id"].where(rows["grid_id"].notna(), None).tolist() == ["W00", "E11", "E11", None, None]
    assert rows["why"].tolist()[3:] == ["unknown", "blank"]
    assert units.loc["u0202", "parent"] == EAST != WEST


def test_a_house_number_says_which_building_of_a_street_or_a_compound_is_meant():
    houses = gpd.GeoDataFrame(
        {"number": ["3幢", "7幢", "12", "14"], "street": [None, None, "人民路", "人民路"]},
        geometry=[Point(x, y).buffer(5) for x, y in ((50, 50), (150, 250), (250, 50), (350, 350))],
        crs=METRES,
    )
    estate = gpd.GeoDataFrame(
        {"name": ["秋汀新村"], "name_en": ["Qiuting"]}, geometry=[box(0, 0, 200, 400)], crs=METRES
    )
    plan = replace(town(), backdrop={"buildings": houses, "compounds": estate})
    said = {
        "秋汀新村3幢2单元101室": ("W00", "u0000"),
        "秋汀新村7栋": ("W10", "u0201"),
        "秋汀新村三幢": ("W00", "u0000"),
        "人民路12号": ("E01", "u0002"),
        "人民路 14 号 302": ("E11", "u0303"),
        "12 人民路": ("E01", "u0002"),
        "人民路99号": None,
        "秋汀新村9幢": None,
    }
    table = pd.DataFrame({"地址": list(said)})
    rows = gk.ingest(plan, {"a": table}).layers["sharing"].tables["rows"]
    found = [tuple(row) if row[0] else None for row in rows[["grid_id", "unit_id"]].astype(object).where(
        rows[["grid_id", "unit_id"]].notna(), None).to_numpy().tolist()]  # fmt: skip
    assert found == list(said.values())
    beside = pd.DataFrame({"小区": ["秋汀新村", "秋汀新村"], "地址": ["7幢1单元", "40幢"]})
    rows = gk.ingest(plan, {"a": beside}).layers["sharing"].tables["rows"]
    assert rows["match"].tolist() == ["address", ""]
    assert rows["unit_id"].tolist()[0] == "u0201"


def test_fields_that_are_one_thing_by_several_names_are_asked_for_again():
    tables = {
        "a": pd.DataFrame({"网格编码": ["W00"], "建筑面积": [90], "行业类别": ["餐饮"]}),
        "b": pd.DataFrame({"网格": ["W00"], "房屋面积（平方米）": [88], "经营范围": ["小吃"], "备注": ["x"]}),
    }
    asked = gk.ingest(town(), tables).records["shared_asked"]
    assert asked.loc[["floor area", "trade"], "departments"].tolist() == [2, 2]
    assert asked.loc["remark", "departments"] == 1


def test_a_table_without_a_row_is_told_and_no_grid_has_everything():
    told = recipe.facts(gk.ingest(town(), {"a": pd.DataFrame({"网格": [], "名称": []})}))
    assert (told["without_rows"], told["grids_with_all"], told["grids_with_none"]) == (["a"], 0, 4)


def test_a_day_that_is_none_is_told_and_the_others_count():
    table = CIVIL.assign(更新日期=["2026-03-01", "去年", "2025-01-01", "2026-03-01", "", "2026-02-01"])
    plan = gk.ingest(town(), {"民政": table}, asof="2026-02-15")
    told = plan.records["shared_tables"].loc["民政"]
    assert told[["dated", "later", "latest", "days"]].tolist() == [2, 2, "2026-02-01", 14]
    assert any("去年" in str(note) for note in recipe.facts(plan)["notes"])


def test_several_tables_of_one_department_are_its_tables(tmp_path):
    for name in ("old", "new"):
        CIVIL.to_csv(tmp_path / f"{name}.csv", index=False)
    plan = gk.ingest(town(), [f"民政={tmp_path / 'old.csv'}", f"民政={tmp_path / 'new.csv'}"])
    assert recipe.facts(plan)["departments"] == 1
    assert plan.records["shared_tables"].index.tolist() == ["民政: old", "民政: new"]


def test_what_cannot_be_meant_is_said():
    with pytest.raises(TableError, match="no column"):
        gk.ingest(town(), {"民政": CIVIL}, columns={"address": "家庭地址"})
    with pytest.raises(UsageError, match="no day"):
        gk.ingest(town(), {"民政": CIVIL}, asof="soon")
    with pytest.raises(UsageError, match="no table"):
        gk.ingest(town(), {})


@pytest.mark.slow
def test_the_command_writes_a_plan_a_workbook_and_json(tmp_path):
    geopackage.write(town(), tmp_path / "plan.gpkg")
    CIVIL.to_excel(tmp_path / "civil.xlsx", index=False)
    asked = [sys.executable, "-m", "gridkit", "ingest", "plan.gpkg", "民政=civil.xlsx"]
    told = subprocess.run(
        [*asked, "-o", "book.xlsx", "--json"], cwd=tmp_path, capture_output=True, text=True, check=True
    )
    assert json.loads(told.stdout)["joined"] == 4
    book = openpyxl.load_workbook(tmp_path / "book.xlsx")
    said = [str(cell.value) for sheet in book for row in sheet.iter_rows() for cell in row if cell.value is not None]
    assert any("数据共享" in text or "Data sharing" in text for text in book.sheetnames)
    assert not any("13800138000" in text or "张三丰" in text for text in said)
    subprocess.run([*asked, "-o", "after.gpkg"], cwd=tmp_path, capture_output=True, check=True)
    assert "sharing" in geopackage.read(tmp_path / "after.gpkg").layers


def test_the_data_sharing_map_says_which_grids_every_department_knows(shared, tmp_path):
    assert str(headline("sharing", Asked(town()))).startswith("No table")
    told = str(headline("sharing", Asked(shared)))
    layer = shared.layers["sharing"].facts
    assert told.startswith(f"{layer['grids_with_all']} of {len(shared.grids)} grids have rows of all")
    page = gk.map(shared, view="sharing", lang="en").to_html()
    assert "<title>" in page
