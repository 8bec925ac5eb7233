"""Personal columns are found and dropped. Every number here is made up; only its check digit is right."""

from __future__ import annotations

import geopandas as gpd
import pandas as pd
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st
from shapely.geometry import Point

from gridkit.sources.tables import personal

WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)


def checked(first: str) -> str:
    """Return 17 digits with the check digit GB 11643 gives them."""
    total = sum(int(digit) * weight for digit, weight in zip(first, WEIGHTS, strict=True))
    return first + "10X98765432"[total % 11]


BIRTHS = st.dates(min_value=pd.Timestamp("1920-01-01").date(), max_value=pd.Timestamp("2020-01-01").date())


@given(st.integers(110000, 659999), BIRTHS, st.integers(0, 999))
def test_every_right_check_digit_is_known_and_every_wrong_one_is_not(region, born, order):
    right = checked(f"{region}{born:%Y%m%d}{order:03d}")
    assert personal.is_identity_number(right)
    wrong = "10X98765432".replace(right[-1], "")
    assert not any(personal.is_identity_number(right[:17] + digit) for digit in wrong)


def test_columns_are_found_by_content_whatever_they_are_called():
    ids = [checked(f"32050819800101{order:03d}") for order in range(4)]
    frame = pd.DataFrame(
        {
            "c1": ids,
            "c2": ["13800138000", "139-0013-9000", "+86 15912345678", "无"],
            "c3": ["苏A12345", "苏E·D12345", "", "沪B99999"],
            "c4": ["a@example.com", "b@example.org", None, "c@example.net"],
            "户数": [1, 2, 3, 4],
            "事件编号": ["20260305001", "20260305002", "20260305003", "20260305004"],
        }
    )
    assert personal.columns(frame) == {
        "c1": "identity numbers",
        "c2": "phone numbers",
        "c3": "licence plates",
        "c4": "e-mail addresses",
    }


@pytest.mark.parametrize(
    "name", ["姓名", "户主姓名", "联系人", "First Name", "contact_name", "身份证号", "联系电话", "phone", "Nome"]
)
def test_columns_are_found_by_name(name):
    assert personal.columns(pd.DataFrame({name: ["x"]}))


@pytest.mark.parametrize("name", ["name", "名称", "小区名称", "road_name", "capacity", "人口"])
def test_names_of_places_are_no_names_of_persons(name):
    assert not personal.columns(pd.DataFrame({name: ["幸福花园"]}))


def test_phones_that_became_numbers_with_gaps_are_still_phones():
    assert personal.columns(pd.DataFrame({"c": [13800138000.0, None, 13900139000.0]})) == {"c": "phone numbers"}
    assert not personal.columns(pd.DataFrame({"c": [1.5, None, 2.5]}))


def test_dropping_says_what_went_and_keeps_what_is_asked_for():
    frame = pd.DataFrame({"姓名": ["甲乙"], "手机": ["13800138000"], "网格": ["G1"]})
    rest, notes = personal.dropped(frame)
    assert rest.columns.tolist() == ["网格"]
    assert notes == ["personal columns dropped: 姓名 (names of persons), 手机 (phone numbers)"]
    assert personal.dropped(frame, keep=["姓名"])[0].columns.tolist() == ["姓名", "网格"]


@pytest.mark.parametrize(
    "number",
    [
        "0512-65230001", "(0512)65230001", "（010）6523 0001", "010 65230001转8012", "+86 512 6523 0001",
        "400-820-0001",
        "(138)00000000", "+49 30 1234567", "(617) 555-0123", "617-555-0123", "+351 21 123 4567",
    ],
)  # fmt: skip
def test_numbers_of_any_telephone_are_masked_in_a_text(number):
    assert personal.masked(f"城管局 {number}") == "城管局 ***"
    assert personal.masked(f"desk ({number}), 2nd floor").replace("(***)", "***") == "desk ***, 2nd floor"


@pytest.mark.parametrize(
    "text",
    ["2025-03-05 10:30", "320508001002", "工单 20260305001", "120.571207, 32.551472", "幸福路123号", "名称：城管局"],
)
def test_what_is_no_telephone_stays(text):
    assert personal.masked(text) == text


def test_persons_named_behind_a_word_for_them_are_masked():
    assert personal.masked("联系人：张三丰，0512-65230001") == "联系人：***，***"
    assert personal.masked("Contact: Ann Example") == "Contact: ***"
    assert personal.masked("负责人：城市管理综合执法局") == "负责人：城市管理综合执法局"


def test_numbers_inside_a_text_are_masked():
    text = f"来电 13800138000，身份证 {checked('32050819800101001')}，车牌 苏A12345"
    assert personal.masked(text) == "来电 ***，身份证 ***，车牌 ***"
    assert personal.masked("工单 20260305001 已派遣") == "工单 20260305001 已派遣"


@pytest.mark.parametrize("name", ["发生日期", "発生日時", "產生日期", "automobile", "template", "classname"])
def test_a_name_that_only_holds_the_letters_of_a_personal_one_is_none(name):
    assert not personal.columns(pd.DataFrame({name: ["2024-03-05", "2024-03-06"]}))


@pytest.mark.parametrize("name", ["生日", "出生日期", "mobile", "contact_mobile", "licence_plate", "Plate No"])
def test_a_name_that_is_personal_is_told_by_its_words(name):
    assert personal.columns(pd.DataFrame({name: ["a", "b"]}))


def test_a_table_without_personal_columns_is_left_as_it_is():
    table = pd.DataFrame({"网格": ["G1"], "户数": [3], "open": [True]})
    kept, notes = personal.dropped(table)
    assert kept is table
    assert notes == []


def test_lists_in_cells_are_looked_at_as_text_and_shapes_are_not():
    phones = pd.Series([["13800138000"], ["no phone"]], dtype=object)
    assert personal.columns(pd.DataFrame({"c": phones})) == {}
    table = gpd.GeoDataFrame({"c": ["13800138000"]}, geometry=[Point(0, 0)])
    assert personal.columns(table) == {"c": "phone numbers"}
    assert personal.columns(pd.DataFrame({"c": [None, ""], "d": [True, False]})) == {}


def test_only_texts_that_may_hold_something_personal_are_changed():
    quiet = pa.array(["the lift", None, "路灯不亮"])
    assert personal.masks(quiet) is quiet
    said = personal.masks(pa.array(["the lift", "call 13800138000", None, "mail a@example.com"]))
    assert said.to_pylist() == ["the lift", f"call {personal.MASK}", None, f"mail {personal.MASK}"]
