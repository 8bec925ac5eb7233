"""Incidents, facilities and staff come from offices' tables, without personal columns."""

from __future__ import annotations

import geopandas as gpd
import pandas as pd
import pytest

from gridkit import ledger
from gridkit.errors import GridkitWarning, TableError
from gridkit.sources import districts, facilities, incidents, staff
from gridkit.sources.coordinates import datums
from gridkit.sources.reading import Reading
from gridkit.tables import FACILITIES, INCIDENTS


@pytest.fixture
def hotline(tmp_path, places):
    """Write nine cases as a hotline exports them: GBK, GCJ-02, names and phones, one without a place, one far away."""
    lon, lat = datums.gcj02_from_wgs84(places.geometry.x, places.geometry.y)
    lon[8] += 1.0
    frame = pd.DataFrame({
        "工单编号": [f"Q2026{at:04d}" for at in range(9)],
        "上报时间": [f"2026年3月{at + 1}日 8:30" for at in range(9)],
        "类别": ["市容", "治安", "市容"] * 3,
        "状态": ["已结案"] * 8 + ["—"],
        "联系人": ["甲"] * 9,
        "联系电话": ["13800138000"] * 9,
        "描述": ["来电13800138000反映"] * 9,
        "经度": [*[f"{value:.6f}" for value in lon[:7]], "", f"{lon[8]:.6f}"],
        "纬度": [*[f"{value:.6f}" for value in lat[:7]], "", f"{lat[8]:.6f}"],
    })  # fmt: skip
    path = tmp_path / "hotline.csv"
    path.write_bytes(frame.to_csv(index=False).encode("gbk"))
    return path


def test_a_hotlines_export_becomes_incidents(hotline, places, square):
    made, report = incidents.read(hotline, reading=Reading(datum="GCJ02"), district=square)
    INCIDENTS.check(made)
    assert made.crs == square.crs
    assert (
        made.geometry.iloc[:7].distance(places.to_crs(square.crs).geometry.iloc[:7].set_axis(made.index[:7])).max()
        < 0.2
    )
    assert made.index[0] == "Q20260000"
    assert made["time"].iloc[0] == pd.Timestamp("2026-03-01 08:30")
    assert made["category"].tolist()[:2] == ["市容", "治安"]
    assert pd.isna(made["status"].iloc[-1])
    assert (report["rows"], report["located"], report["without_coordinates"], report["outside"]) == (9, 8, 1, 1)
    assert "text is gb18030" in report["notes"]
    assert "put from GCJ02 to WGS 84" in report["notes"]


def test_nothing_personal_comes_along_unless_it_is_kept(hotline):
    made, report = incidents.read(hotline, reading=Reading(datum="gcj02"))
    assert made.columns.tolist() == ["time", "category", "status", "geometry"]
    assert "personal columns dropped: 联系人 (names of persons), 联系电话 (phone numbers)" in report["notes"]
    made, _ = incidents.read(hotline, reading=Reading(datum="gcj02"), keep=["联系电话"])
    assert made["联系电话"].iloc[0] == "13800138000"


def test_numbers_of_persons_inside_a_text_are_masked(hotline):
    made, _ = incidents.read(hotline, {"address": ["描述"]}, reading=Reading(datum="gcj02"))
    assert made["address"].iloc[0] == "来电***反映"


def test_a_role_played_by_a_personal_column_is_left_out(hotline):
    made, report = incidents.read(hotline, {"department": ["联系人"]}, reading=Reading(datum="gcj02"))
    assert "department" not in made
    assert "department" not in report["columns"]


def test_names_given_come_before_the_usual_ones(tmp_path):
    path = tmp_path / "a.csv"
    path.write_text("lon,lat,type,kind_of_case\n120.57,32.55,x,fire\n")
    assert incidents.read(path)[0]["category"].tolist() == ["x"]
    assert incidents.read(path, {"category": ["kind_of_case"]})[0]["category"].tolist() == ["fire"]


def test_identifiers_of_two_places_are_told_apart_by_a_number(tmp_path):
    path = tmp_path / "a.csv"
    path.write_text("id,lon,lat\n1,120.57,32.55\n1,120.58,32.55\n")
    assert incidents.read(path)[0].index.tolist() == ["1", "1-2"]


def test_a_table_without_one_place_is_still_a_table(tmp_path):
    path = tmp_path / "a.csv"
    path.write_text("id,lon,lat\n1,,\n2,,\n")
    made, report = incidents.read(path)
    assert len(made) == 0
    assert report["without_coordinates"] == 2


@pytest.mark.real
@pytest.mark.slow
def test_sao_paulos_accidents_are_read_and_counted(real_data):
    folder = real_data / "sao-paulo-centre"
    columns = {"time": ["DATA"], "clock": ["HORA"], "category": ["TIPO_ACIDE"], "id": ["ID_ACIDENT"]}
    district, _ = districts.read(folder / "spo_hexgrid_EPSG32723.gpkg.zip")
    found = {}
    for year in (2014, 2015):
        made, report = incidents.read(folder / f"ocorrencias-transito-pmsp-{year}.csv", columns, district=district)
        found[year] = (report["rows"], report["without_coordinates"], report["located"] - report["outside"])
        assert made["time"].dt.year.eq(year).all()
        assert made["time"].dt.hour.nunique() == 24
    assert found == {2014: (23_547, 73, 2325), 2015: (20_260, 52, 2003)}


def test_the_made_up_incidents_fall_into_their_district(demo_dir):
    district, _ = districts.read(f"{demo_dir / 'district.gpkg'}:district")
    made, report = incidents.read(demo_dir / "incidents.csv", reading=Reading(datum="gcj02"), district=district)
    assert report["rows"] == 6000
    assert report["outside"] < 0.03 * report["located"]
    assert made["time"].dt.year.unique().tolist() == [2025]


# ---------------------------------------------------------------- facilities


def test_facilities_have_name_kind_and_capacity(tmp_path, places):
    frame = places.drop(columns="geometry").assign(
        名称="卫生站",
        类别="clinic",
        床位="１２",
        开放时间="08:00-17:30",
        经度=places.geometry.x,
        纬度=places.geometry.y,
    )
    frame.to_excel(tmp_path / "clinics.xlsx", index=False)
    made, report = facilities.read(tmp_path / "clinics.xlsx")
    FACILITIES.check(made)
    assert made.columns.tolist() == ["name", "kind", "hours", "capacity", "geometry"]
    assert made["capacity"].tolist() == [12] * 9
    assert report["located"] == 9


def test_an_area_is_a_facility_at_a_point_on_it(blocks):
    made, _ = facilities.read(blocks.assign(name="学校"))
    assert made.geom_type.unique().tolist() == ["Point"]
    assert blocks.geometry.to_numpy()[0].contains(made.geometry.iloc[0])


@pytest.mark.real
def test_vologdas_schools_with_and_without_a_place(real_data):
    made, report = facilities.read(real_data / "vologda" / "school.parquet")
    assert (report["rows"], report["located"], report["without_coordinates"]) == (63, 42, 21)
    assert made["capacity"].notna().all()


# ---------------------------------------------------------------- staff


def test_staff_are_known_by_grid_post_and_hours_not_by_name(demo_dir):
    workers, report = staff.read(demo_dir / "staff.xlsx")
    assert workers.index.name == "staff_id"
    facts = ["grid_id", "parent", "post", "hours_per_week", "since", "until", "unit", "phone", "duties", "duties_en"]
    assert workers.columns.tolist() == facts
    assert workers["hours_per_week"].between(8, 40).all()
    served = workers["grid_id"].dropna().str.findall(r"\d+")
    assert served.explode().str.len().eq(15).all()
    assert served.str.len().value_counts().to_dict() == {1: len(served) - 1, 2: 1}, "one serves the grid next door too"
    assert workers.loc[workers["grid_id"].isna(), "post"].isin(["社区民警", "社区医生"]).all(), "of a community"
    assert "personal columns dropped: 姓名 (names of persons), 手机 (phone numbers)" in report["notes"]
    volunteers, _ = staff.read(demo_dir / "volunteers.xlsx", keep=["姓名"])
    assert volunteers.columns.tolist() == ["parent", "hours_per_month", "skill", "姓名"]


def test_staff_that_work_nowhere_are_refused():
    with pytest.raises(TableError, match="no column says in which grid or community anybody works"):
        staff.read(pd.DataFrame({"姓名": ["甲乙"], "岗位": ["网格员"]}))


def test_columns_that_look_like_dates_or_classes_and_play_no_role_are_named(tmp_path):
    path = tmp_path / "a.csv"
    days = [f"2024-03-{day:02},2024-04-{day:02} 10:00,{'ab'[day % 2]},n{day},120.57,32.55" for day in range(13, 21)]
    path.write_text("\n".join(["time,seen on,desk state of it,remark,lon,lat", *days]), encoding="utf-8")
    notes = incidents.read(path)[1]["notes"]
    assert "not taken, though they look like dates: seen on" in notes
    assert "not taken, though they look like a status or class: desk state of it" in notes
    taken = incidents.read(path, {"closed": ["seen on"], "status": ["desk state of it"]})[1]["notes"]
    assert not any("not taken" in note for note in taken)


def test_a_point_or_two_outside_are_told_with_how_far_and_may_be_of_another_system(square):
    """One point tells nothing of a wrong system; several that all lie elsewhere do, or are another place's."""
    west, south, _, _ = square.total_bounds
    at = gpd.points_from_xy([west - 60_000.0, west - 60_005.0, west - 60_010.0], [south + 10.0] * 3, crs=square.crs)
    rows = gpd.GeoDataFrame({"time": ["2026-03-01 08:30"] * 3}, geometry=at)
    for reader in (incidents.read, facilities.read):
        for count in (1, 2):
            with pytest.warns(GridkitWarning, match=r"outside the district, .*60\.0 km away - .*check crs"):
                made, report = reader(rows[:count], district=square)
            assert report["outside"] == len(made) == count
            assert [dict(each.lost) for each in ledger.of(made)] == [{"outside": count}]
        with pytest.raises(TableError, match=r"none of its 3 points .* 60\.0 km away; .*table of this district"):
            reader(rows, district=square)


def test_one_row_far_off_is_one_row_outside_and_no_wrong_system(square, places):
    inside = places.to_crs(square.crs).geometry.iloc[:7]
    far = gpd.points_from_xy([0.0], [0.0], crs=square.crs)
    rows = gpd.GeoDataFrame({"time": ["2026-03-01 08:30"] * 8}, geometry=[*inside, *far], crs=square.crs)
    made, report = incidents.read(rows, district=square)
    assert (len(made), report["outside"]) == (8, 1)


def test_the_shapes_of_a_frame_may_be_called_anything(places, square):
    called = gpd.GeoDataFrame(
        {"category": ["noise"] * len(places)}, geometry=places.geometry.to_numpy(), crs=places.crs
    )
    made, report = incidents.read(called.rename_geometry("where it was"), district=square)
    usual, _ = incidents.read(called, district=square)
    INCIDENTS.check(made)
    assert report["located"] == len(places)
    assert made.geometry.to_list() == usual.geometry.to_list()
